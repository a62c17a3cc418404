#pragma once

#include <string>

#include "base/random.hpp"
#include "base/time.hpp"
#include "domain/fleet.hpp"
#include "domain/plan.hpp"
#include "domain/settings.hpp"

namespace vacuum {

enum class Creations : std::uint8_t {
  allowed,
  held,  ///< the rest of the plan is made, nothing is created
};

struct PlanInput {
  const Fleet& fleet;
  const SpaceSettings& settings;
  TimePoint now{};
  Creations creations = Creations::allowed;
  std::string held_because;  ///< for people, where creations are held
};

/// What a cycle of a space does, and why (spec 3 and 4). Pure and total: any fleet gives a plan, the same
/// input and the same random stream give the same plan. Deletions and judgements come before creations.
[[nodiscard]] Plan plan(const PlanInput& input, RandomStream& random);

}  // namespace vacuum
