#pragma once

#include <optional>
#include <string_view>

#include "domain/flavor.hpp"

namespace vacuum::openstack {

/// The body of GET /limits. -1 is no limit (spec 9). Nothing where it is no such body.
[[nodiscard]] std::optional<Quota> read_limits(std::string_view body);

}  // namespace vacuum::openstack
