#pragma once

#include <string>

#include "ports/status_source.hpp"

namespace vacuum::shared_directory {

/// StatusSource on a state directory: STATE_DIR/status/SPACE.json, and the records in STATE_DIR/shared.
class StatusFiles final : public StatusSource {
 public:
  /// `state`: absolute path of STATE_DIR.
  explicit StatusFiles(std::string state) : state_(std::move(state)) {}

  std::vector<SpaceName> spaces() override;
  Result<std::optional<std::string>, std::string> status(const SpaceName& space) override;
  Result<std::vector<MachineName>, std::string> machines(const SpaceName& space) override;
  Result<std::vector<MachineRecord>, std::string> records(const SpaceName& space,
                                                          const std::vector<MachineName>& machines) override;

 private:
  std::string state_;
};

/// Replaces STATE_DIR/status/SPACE.json. Blocks.
[[nodiscard]] StoreResult<Done> write_status_file(const std::string& state, const SpaceName& space,
                                                  const std::string& document);

}  // namespace vacuum::shared_directory
