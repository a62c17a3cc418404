#pragma once

#include <filesystem>

#include "sim/guests.hpp"

namespace vacuum::cloudbox {

/// Writes what guests send into the directory that a manager shares with its machines:
/// ROOT/SPACE/current/MACHINE/joboutputs/FILE, as a manager's HTTPS service would. A server without a space,
/// or without such a directory, leaves nothing. Features are not read.
class GuestDirectory : public sim::GuestService {
 public:
  /// An empty root: nothing is written.
  explicit GuestDirectory(std::filesystem::path root) : root_(std::move(root)) {}

  [[nodiscard]] sim::Sending put(const sim::CloudServer& server, std::string_view file,
                                 std::string_view content) override;
  void ask_features(const sim::CloudServer&, sim::Look) override {}
  [[nodiscard]] const sim::GuestTraffic& traffic() const override { return traffic_; }

 private:
  void write(const sim::CloudServer& server, std::string_view file, std::string_view content);

  std::filesystem::path root_;
  sim::GuestTraffic traffic_;
};

}  // namespace vacuum::cloudbox
