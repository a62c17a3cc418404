#pragma once

#include <string_view>

#include "config/configuration.hpp"
#include "config/machinetype_section.hpp"
#include "config/option_reader.hpp"
#include "domain/settings.hpp"

namespace vacuum {

/// Fills in image, template, substitutions, public key and the proxy's certificate of a machinetype: paths
/// are resolved and looked at. Precondition: user_data_proxy is set.
void read_machinetype_files(OptionReader& reader, const MachinetypeSurroundings& surroundings,
                            const Sources& sources, MachinetypeSettings& settings);

/// One path component of [A-Za-z0-9._-] that does not start with a dot (spec 9).
[[nodiscard]] bool is_plain_file_name(std::string_view text);

}  // namespace vacuum
