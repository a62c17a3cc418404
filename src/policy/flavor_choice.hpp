#pragma once

#include <optional>
#include <span>
#include <vector>

#include "domain/fault.hpp"
#include "domain/flavor.hpp"
#include "domain/plan.hpp"
#include "domain/settings.hpp"

namespace vacuum {

/// The flavor that a machinetype is created with now, or why there is none. The same for a whole cycle.
struct FlavorChoice {
  const Flavor* flavor = nullptr;
  std::vector<std::optional<ZoneName>>
      zones;  ///< not waiting after failures; {nothing} where no zones are configured
  WaitReason wait = WaitReason::none;       ///< no_flavor or build_failures where there is no flavor
  const BuildFailures* failures = nullptr;  ///< of the wait that ends first
};

/// The first of its flavors that the cloud has, whose processors are in range, and that does not wait after
/// failed builds in all of its zones (spec 2.2).
[[nodiscard]] FlavorChoice choose_flavor(const MachinetypeSettings& type, std::span<const ZoneName> zones,
                                         std::span<const Flavor> offered,
                                         std::span<const BuildFailures> failures, TimePoint now);

/// Whether a machinetype can be created with a flavor of this size.
[[nodiscard]] bool is_in_range(int processors, const MachinetypeSettings& type);

}  // namespace vacuum
