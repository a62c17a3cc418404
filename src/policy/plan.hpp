#pragma once

#include <optional>
#include <string>
#include <vector>

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

/// Why a machinetype is to have no new machines now, beyond what policy sees itself.
struct MachinetypeHold {
  WaitReason wait = WaitReason::not_ready;  ///< draining or not_ready
  std::string why;                          ///< a sentence for people
};

/// How managers of one space share its creations.
struct Division {
  int managers = 1;   ///< that live, this one included
  Seconds cycle{60};  ///< what each creates in so long counts towards one cycle's allowance
};

struct PlanInput {
  const Fleet& fleet;
  const SpaceSettings& settings;
  TimePoint now{};
  Creations creations = Creations::allowed;
  std::string held_because;                           ///< for people, where creations are held
  std::vector<std::optional<MachinetypeHold>> holds;  ///< by MachinetypeIndex, or empty for none
  Division division;
};

/// The hold of a machinetype; nullptr for none.
[[nodiscard]] inline const MachinetypeHold* hold_of(const PlanInput& input, std::size_t machinetype) {
  const bool held = machinetype < input.holds.size() && input.holds[machinetype].has_value();
  return held ? &*input.holds[machinetype] : nullptr;
}

/// What a cycle of a space does, and why (spec 3 and 4). Pure and total: any fleet gives a plan, the same
/// input and the same random stream give the same plan. Deletions and judgements come before creations.
[[nodiscard]] Plan plan(const PlanInput& input, RandomStream& random);

}  // namespace vacuum
