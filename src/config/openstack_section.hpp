#pragma once

#include "config/configuration.hpp"
#include "config/option_reader.hpp"

namespace vacuum {

/// What a [space …] with api = openstack says of its cloud. Everything that is wrong or missing is told to
/// the reader.
[[nodiscard]] OpenstackOptions read_openstack(OptionReader& reader, const Sources& sources);

}  // namespace vacuum
