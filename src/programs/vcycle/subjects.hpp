#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/shared_directory/machine_folders.hpp"
#include "base/result.hpp"
#include "domain/names.hpp"
#include "programs/common/load_from_disk.hpp"

namespace vacuum {

/// What a word of the command line can mean.
struct Subject {
  enum class Kind : std::uint8_t { space, machinetype, machine } kind = Kind::space;
  SpaceName space;
  MachinetypeName machinetype;  ///< of a machine only where its name tells it
  std::string machine;          ///< the name of its folder
  MachineFolder::Place place = MachineFolder::Place::current;

  /// "SPACE", "SPACE/MACHINETYPE" or the machine's name.
  [[nodiscard]] std::string text() const;
  friend auto operator<=>(const Subject&, const Subject&) = default;
  friend bool operator==(const Subject&, const Subject&) = default;
};

enum class Completion : std::uint8_t {
  exact,      ///< for what cannot be taken back
  by_prefix,  ///< the beginning of a name will do where no other begins so
};

/// Spaces and machinetypes that the configuration or a status knows; machines that have a folder.
[[nodiscard]] std::vector<Subject> known_pools(const DiskPlaces& places);
[[nodiscard]] std::vector<Subject> known_machines(const DiskPlaces& places,
                                                  const std::vector<Subject>& pools);
[[nodiscard]] Subject machine_subject(const SpaceName& space, std::string name, MachineFolder::Place place);

/// The subject that `word` names: a machine (also without its "vcycle-"), SPACE, SPACE/MACHINETYPE, or a
/// machinetype's name that only one space has. The error says what comes near, or what it could mean.
[[nodiscard]] Result<Subject, std::string> find_subject(const std::vector<Subject>& known,
                                                        std::string_view word, Completion completion);

}  // namespace vacuum
