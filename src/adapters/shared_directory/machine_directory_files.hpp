#pragma once

#include <array>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/shared_directory/disk.hpp"
#include "ports/machine_files.hpp"

namespace vacuum::shared_directory {

/// MachineFiles on STATE_DIR/shared (spec 5). Opens what it needs for each call, so it survives a directory
/// that is mounted anew; a symlink is never followed. Several processes may serve one directory: limits of
/// outputs are exact within one, and may be passed by one file where two write for one machine at once.
///
/// Outputs are renamed into place without waiting for the disk, but for shutdown_message, which a VM writes
/// once: a heartbeat that a crash of the host takes away comes again.
class MachineDirectoryFiles final : public MachineFiles {
 public:
  /// `shared`: absolute path of STATE_DIR/shared.
  explicit MachineDirectoryFiles(std::string shared) : shared_(std::move(shared)) {}

  FilesResult<std::string> feature(const SpaceName& space, const MachineName& machine, FeatureFolder folder,
                                   const std::string& key) override;
  FilesResult<std::vector<std::string>> feature_keys(const SpaceName& space, const MachineName& machine,
                                                     FeatureFolder folder) override;
  FilesResult<std::string> heartbeat_list(const SpaceName& space,
                                          const MachinetypeName& machinetype) override;
  FilesResult<OutputRule> output_rule(const SpaceName& space, const MachineName& machine) override;
  FilesResult<OutputChange> write_output(const SpaceName& space, const MachineName& machine,
                                         const std::string& file, const std::string& content,
                                         const OutputLimits& limits) override;

 private:
  static constexpr std::size_t kLocks = 64;

  [[nodiscard]] DiskResult<Directory> open_parts(const std::vector<std::string>& names) const;
  [[nodiscard]] DiskResult<Directory> open_machine(const SpaceName& space, const MachineName& machine) const;
  std::mutex& lock_of(const MachineName& machine);

  std::string shared_;
  std::array<std::mutex, kLocks> locks_;  ///< a machine's outputs are counted by one thread at a time
};

}  // namespace vacuum::shared_directory
