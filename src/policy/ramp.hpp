#pragma once

#include <optional>
#include <span>
#include <string>

#include "domain/fleet.hpp"
#include "domain/plan.hpp"
#include "domain/ramp.hpp"
#include "domain/settings.hpp"
#include "policy/build_failures.hpp"
#include "policy/cycle_allowance.hpp"
#include "policy/plan.hpp"

namespace vacuum {

/// An adaptive step is never less than this part of the fixed one, nor more than the whole limit.
inline constexpr std::int64_t kLeastPartOfFixedStep = 8;
/// A step that nothing confirmed for so long is forgotten: the fixed one holds again.
inline constexpr Seconds kStepKept{86400};
/// The whole limit as a step is confirmed by machines that pass fizzle_seconds, written down once in so long.
inline constexpr Seconds kStepConfirmedEvery{3600};

/// What one cycle may create: max_created_percent where the ramp is fixed or has not begun, else its step,
/// within its bounds.
[[nodiscard]] CycleStep cycle_step(const SpaceSettings& settings, const std::optional<Ramp>& ramp);

/// The ramp after what a plan found out, before its creations; nothing where the ramp is fixed. It doubles
/// where a machine that was created since its last change has run for fizzle_seconds, or did its work and
/// ended sooner. It is halved where a machine ended with an abort that tells something new, or a build that
/// began after it was last halved failed. An abort tells nothing new where the machine was created before its
/// machinetype was through with its last one: others of the same batch, and probes.
[[nodiscard]] std::optional<Ramp> ramp_after(const PlanInput& input, const Plan& plan,
                                             std::span<const BuildAttempt> attempts);

/// The ramp after the cloud did not take a creation of the plan that began at `planned_at`, in its words.
/// Halved once for a plan, however many it did not take.
[[nodiscard]] Ramp ramp_after_cloud_error(Ramp ramp, const SpaceSettings& settings, const std::string& error,
                                          TimePoint planned_at, TimePoint now);

}  // namespace vacuum
