#pragma once

#include <cstdint>
#include <filesystem>

#include "sim/guests.hpp"

namespace vacuum::cloudbox {

/// Writes what guests leave into the directory that a manager shares with its machines:
/// ROOT/SPACE/current/MACHINE/joboutputs/FILE, as a manager's HTTPS service would. A server without a space,
/// or without such a directory, leaves nothing.
class GuestDirectory : public sim::GuestFiles {
 public:
  /// An empty root: nothing is written.
  explicit GuestDirectory(std::filesystem::path root) : root_(std::move(root)) {}

  void write(const sim::CloudServer& server, std::string_view file, std::string_view content) override;

  [[nodiscard]] std::uint64_t written() const { return written_; }

 private:
  std::filesystem::path root_;
  std::uint64_t written_ = 0;
};

}  // namespace vacuum::cloudbox
