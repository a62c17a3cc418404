#pragma once

#include <span>

#include "base/random.hpp"
#include "domain/fleet.hpp"
#include "domain/plan.hpp"
#include "domain/settings.hpp"

namespace vacuum {

/// Names new machines: vcycle-MACHINETYPE-RANDOM, each unlike the others and unlike any of the fleet.
void give_fresh_names(std::span<CreateMachine> creations, const Fleet& fleet, const SpaceSettings& settings,
                      RandomStream& random);

}  // namespace vacuum
