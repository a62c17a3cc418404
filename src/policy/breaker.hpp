#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "domain/fleet.hpp"
#include "domain/plan.hpp"
#include "domain/settings.hpp"

namespace vacuum {

/// So few deletions of a cycle are never held by the mass-deletion breaker.
inline constexpr std::size_t kDeletionsNeverHeld = 10;

/// Age, shutdown and what an operator asked for are planned, and what is over or never ran has nothing to
/// lose: the breaker never holds these.
[[nodiscard]] constexpr bool is_planned_end(DeleteReason reason) {
  return reason == DeleteReason::over || reason == DeleteReason::not_built ||
         reason == DeleteReason::max_wallclock || reason == DeleteReason::shutdown_time ||
         reason == DeleteReason::operator_asked;
}

struct SortedDeletions {
  std::vector<DeleteMachine> carried_out;
  std::vector<DeleteMachine> held;
  std::string held_because;  ///< empty when none is held; says how to release them
};

/// Holds all deletions where no_delete is set or an operator holds them; else all that are not planned, where
/// they are more than mass_deletion_percent of the space's own machines.
[[nodiscard]] SortedDeletions sort_deletions(std::vector<DeleteMachine> deletions, const Fleet& fleet,
                                             const SpaceSettings& settings);

}  // namespace vacuum
