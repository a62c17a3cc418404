#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/plan.hpp"
#include "policy/creations.hpp"

namespace vacuum {

/// What preemption means for one machinetype now.
struct PreemptionStanding {
  int ending = 0;                     ///< its machines that were told to end for others, this plan's included
  std::optional<TimePoint> last_end;  ///< of these
  bool gains = false;                 ///< it is below its share, and others' machines end for it
};

/// A machine is told its end so much before the grace begins: the time that it takes to write it down.
inline constexpr Seconds kTellingTime{60};

struct PreemptionPlan {
  std::vector<AnnounceShutdown> announcements;
  std::vector<PreemptionStanding> machinetypes;  ///< by MachinetypeIndex
  std::optional<TimePoint> last_end;             ///< of all machines that were told to end for others
};

/// When a machine that is told now will end: all that it was promised lies between.
[[nodiscard]] TimePoint preempted_end(TimePoint now, Seconds grace);

/// How long before its end a machine of a preemptible machinetype is told: grace_secs, or what it was
/// promised at its creation, the longer. Nothing for a machine that is promised nothing.
[[nodiscard]] std::optional<Seconds> grace_of(const Machine& machine, const MachinetypeSettings* type);

/// Which machines are told to end, so that machinetypes get their share in time (spec 10). For a machinetype
/// that finds work, is below its share and finds no room under the limits of the space, machines of
/// preemptible machinetypes above their own share are told an end grace_secs ahead: as many as are missing,
/// and no more than one cycle may create. A share is target_share's part of all that the machinetypes have.
///
/// What is leaving already is room to come: machines that are over, that are being deleted, or that were told
/// to end. A machinetype none of whose machines has run for fizzle_seconds gets room for one, to probe for
/// work. All managers of a space choose the same machines, and each tells its own. Nobody is preempted who
/// has not run for fizzle_seconds; who ran least goes first. `plan` holds what was planned before.
[[nodiscard]] PreemptionPlan plan_preemptions(const CreationInput& input, const Plan& plan);

/// What is added to the reasons of a machinetype; empty for nothing. `wait`: why it is given no more.
[[nodiscard]] std::string preemption_words(const PreemptionPlan& preemptions, std::size_t machinetype,
                                           WaitReason wait);

}  // namespace vacuum
