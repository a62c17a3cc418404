#pragma once

#include <string_view>

#include "config/configuration.hpp"
#include "config/option_reader.hpp"
#include "domain/settings.hpp"

namespace vacuum {

/// Fills in image, template, substitutions and public key of a machinetype: paths are resolved and looked at.
void read_machinetype_files(OptionReader& reader, const SpaceName& space, const Sources& sources,
                            MachinetypeSettings& settings);

/// One path component of [A-Za-z0-9._-] that does not start with a dot (spec 9).
[[nodiscard]] bool is_plain_file_name(std::string_view text);

}  // namespace vacuum
