#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "domain/plan.hpp"
#include "policy/limits.hpp"
#include "policy/plan.hpp"
#include "policy/tally.hpp"

namespace vacuum {

/// What the creation rules look at: the cycle's input, and what the survey of its machines found.
struct CreationInput {
  const PlanInput& cycle;
  const Tally& tally;
  std::span<const std::optional<LastAbort>> last_aborts;  ///< those judged in this plan included
  std::span<const BuildFailures> build_failures;          ///< those found in this plan included
  const std::optional<Ramp>& ramp;                        ///< after what was found in this plan
};

/// What became of a machinetype's turn.
struct Outcome {
  int created = 0;
  double weight = 0;  ///< of its machines, new ones included
  WaitReason wait = WaitReason::none;
  std::optional<TimePoint> wait_until;
  std::optional<LimitHit> hit;              ///< for the reasons that are limits
  const Flavor* flavor = nullptr;           ///< that it is created with
  const BuildFailures* failures = nullptr;  ///< for build_failures
  /// It would fit, but the room is kept for this machinetype, which is below its share and needs more.
  std::optional<std::size_t> kept_for;
};

struct CreationPlan {
  std::vector<CreateMachine> machines;
  std::vector<Outcome> outcomes;  ///< by MachinetypeIndex
};

/// Gives out new machines, one by one, each to the machinetype with the lowest weighted count that may have
/// one, until nothing fits or the cycle's allowance is used up (spec 4).
[[nodiscard]] CreationPlan plan_creations(const CreationInput& input, RandomStream& random);

}  // namespace vacuum
