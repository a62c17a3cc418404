#pragma once

#include <cstdint>

#include "domain/fleet.hpp"
#include "policy/plan.hpp"

namespace vacuum {

/// The processors of machines that the other managers of the space created within the last cycle.
[[nodiscard]] std::int64_t created_by_others(const Fleet& fleet, const Division& division, TimePoint now);

/// What this manager may use of a cycle's allowance: its part, rounded up, and no more than the others have
/// left.
[[nodiscard]] std::int64_t own_part(std::int64_t allowed, int managers, std::int64_t created_by_others);

}  // namespace vacuum
