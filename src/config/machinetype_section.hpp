#pragma once

#include <string>
#include <vector>

#include "config/configuration.hpp"
#include "config/option_reader.hpp"
#include "domain/settings.hpp"

namespace vacuum {

/// What a machinetype has from the space around it.
struct MachinetypeSurroundings {
  SpaceName space;
  std::string directory_name;  ///< NAME of its directory: its own, or the PREFIX of its pipe (spec 2.2)
  const std::vector<std::string>& space_flavors;
};

/// A checked [machinetype SPACE NAME] (spec 2.2). Everything that is wrong or missing is told to the reader;
/// unknown names of options are not looked for.
[[nodiscard]] MachinetypeSettings read_machinetype(OptionReader& reader, MachinetypeName name,
                                                   const MachinetypeSurroundings& surroundings,
                                                   const Sources& sources);

}  // namespace vacuum
