#pragma once

#include <string>

#include "domain/fleet.hpp"
#include "domain/plan.hpp"
#include "domain/settings.hpp"
#include "policy/machine_times.hpp"

namespace vacuum {

/// What the end of a machine means for its machinetype.
struct Judgement {
  Verdict verdict = Verdict::no_verdict;
  std::string reason;  ///< completes "it ended with …": "300 No more work", "no message after 45 s (…)"
};

/// Whether it is seen stopped for the first time.
[[nodiscard]] inline bool is_to_be_judged(const Machine& machine) {
  return !machine.stopped && is_over(machine.state);
}

/// Judges a machine that is over (spec 4 and 9): its own code decides; without one, a life shorter than
/// fizzle_seconds is an abort, unless we ended it or it never ran. One that was deleted because an operator
/// asked for it has no verdict, whatever it said. `type` is null for an orphan, which never makes anything
/// back off.
[[nodiscard]] Judgement judge(const Machine& machine, const MachineTimes& times,
                              const MachinetypeSettings* type);

/// Judges a machine that vanished unjudged: nothing but its own message can tell.
[[nodiscard]] Judgement judge_vanished(const Machine& machine, const MachinetypeSettings* type);

}  // namespace vacuum
