#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "domain/names.hpp"

namespace vacuum {

enum class FeatureFolder : std::uint8_t { machine_features, job_features };

/// "machinefeatures", "jobfeatures": as in paths and URLs.
[[nodiscard]] constexpr const char* to_string(FeatureFolder folder) {
  return folder == FeatureFolder::machine_features ? "machinefeatures" : "jobfeatures";
}

/// What to answer a machine that asked.
enum class FilesDecision : std::uint8_t {
  absent,          ///< there is no such file, or the machine is not in current/
  machine_full,    ///< the machine's outputs would be more than they may be together
  too_many_files,  ///< it would be one file too many
  disk_full,       ///< there is no room, for anybody
  try_later,       ///< the disk has a bad moment
};

struct FilesError {
  FilesDecision decision = FilesDecision::try_later;
  std::string message;  ///< for the log: may name paths
};

template <class T>
using FilesResult = Result<T, FilesError>;

/// Who may write a machine's outputs.
struct OutputRule {
  std::string https_x509dn;  ///< what the client's DN must begin with; empty: no DN will do
  bool is_over = false;      ///< the machine is recorded as stopped or deleted
};

/// What one machine may leave in joboutputs.
struct OutputLimits {
  std::size_t file_bytes = 10 << 20;
  std::size_t machine_bytes = 50 << 20;
  std::size_t files = 100;
};

enum class OutputChange : std::uint8_t { made, replaced };

/// The files of current machines in the shared directory (spec 5), as a service for VMs needs them. Blocks;
/// safe from any thread. Names are those of their types; keys and files are checked here again.
class MachineFiles {
 public:
  virtual ~MachineFiles() = default;

  /// The content of a feature's file.
  [[nodiscard]] virtual FilesResult<std::string> feature(const SpaceName& space, const MachineName& machine,
                                                         FeatureFolder folder, const std::string& key) = 0;
  /// The features that have a file, sorted.
  [[nodiscard]] virtual FilesResult<std::vector<std::string>> feature_keys(const SpaceName& space,
                                                                           const MachineName& machine,
                                                                           FeatureFolder folder) = 0;
  /// The heartbeat list of a machinetype.
  [[nodiscard]] virtual FilesResult<std::string> heartbeat_list(const SpaceName& space,
                                                                const MachinetypeName& machinetype) = 0;
  [[nodiscard]] virtual FilesResult<OutputRule> output_rule(const SpaceName& space,
                                                            const MachineName& machine) = 0;
  /// Makes or replaces a file of joboutputs in one atomic step.
  [[nodiscard]] virtual FilesResult<OutputChange> write_output(const SpaceName& space,
                                                               const MachineName& machine,
                                                               const std::string& file,
                                                               const std::string& content,
                                                               const OutputLimits& limits) = 0;
};

/// Whether a file or key may have this name: one path component of [A-Za-z0-9._-], no dot in front (spec 9).
[[nodiscard]] bool is_output_name(std::string_view name);

}  // namespace vacuum
