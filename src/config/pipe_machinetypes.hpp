#pragma once

#include <set>
#include <string>
#include <vector>

#include "config/configuration.hpp"
#include "config/space_section.hpp"

namespace vacuum {

/// What reading the pipes of a space gave beside machinetypes.
struct PipesRead {
  std::set<std::string> made;         ///< names of machinetypes that entries stand for, good or bad
  std::vector<std::string> prefixes;  ///< of the pipes
  std::vector<Diagnostic> found;      ///< in the pipes: errors here cost the machinetype that they name alone
};

/// Adds the machinetypes of a space's vacuum pipes, from the copies on disk, and the pipes themselves. What
/// is wrong in a [vacuum_pipe …] section is told to the space.
[[nodiscard]] PipesRead read_pipes(const SpaceSections& sections, const std::vector<std::string>& flavors,
                                   const Sources& sources, SpaceConfiguration& space);

}  // namespace vacuum
