#pragma once

#include <optional>
#include <string>

#include "domain/names.hpp"
#include "programs/common/load_from_disk.hpp"

namespace vacuum {

/// How a command prints.
enum class Format : std::uint8_t { table, json };

/// What every command that looks at the state is told.
struct CommandOptions {
  DiskPlaces places;
  std::optional<SpaceName> space;  ///< nothing: all
  Format format = Format::table;
};

}  // namespace vacuum
