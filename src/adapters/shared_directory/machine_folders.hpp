#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "domain/plan.hpp"
#include "ports/machine_store.hpp"

namespace vacuum {

/// A file that a VM left in its joboutputs.
struct OutputFile {
  std::string name;
  std::int64_t bytes = 0;
  TimePoint written{};
};

/// All that the shared directory knows of one machine, living or gone (spec 5): for the command line.
struct MachineFolder {
  enum class Place : std::uint8_t {
    current,
    deleted,  ///< gone from the cloud, kept for cleanup_hours
  } place = Place::current;
  MachineRecord record;
  TimePoint archived{};  ///< when it was moved to deleted/; for the living, the last change of the folder
  std::optional<Verdict> verdict;
  std::string judgement;  ///< what the verdict was given for
  std::string deletion;   ///< the reason of its deletion in a word; empty where none was asked for
  std::string deleted_by;
  std::string deletion_words;
  std::optional<std::string> message;  ///< first line of joboutputs/shutdown_message
  std::vector<OutputFile> outputs;     ///< newest first
};

/// Reads the folders of machines. Blocks; follows no symlink, changes nothing.
class MachineFolders {
 public:
  /// `state_dir`: absolute.
  MachineFolders(const std::string& state_dir, SpaceName space);

  /// The names that there are; a name that was used twice has a number after a dot in deleted/.
  [[nodiscard]] StoreResult<std::vector<std::string>> names(MachineFolder::Place place) const;

  /// Nothing where there is no such folder.
  [[nodiscard]] StoreResult<std::optional<MachineFolder>> read(MachineFolder::Place place,
                                                               const std::string& name) const;

 private:
  std::string shared_;
  SpaceName space_;
};

}  // namespace vacuum
