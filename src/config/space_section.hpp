#pragma once

#include <string_view>
#include <vector>

#include "config/configuration.hpp"
#include "config/ini.hpp"

namespace vacuum {

/// A space as the files have it.
struct SpaceSections {
  SpaceName name;
  const IniSection* space = nullptr;
  std::vector<const IniSection*> machinetypes;  ///< [machinetype SPACE …]
  std::vector<const IniSection*> pipes;         ///< [vacuum_pipe SPACE …]
};

/// Checks a space with all its machinetypes.
[[nodiscard]] SpaceConfiguration read_space(const SpaceSections& sections, const Sources& sources);

}  // namespace vacuum
