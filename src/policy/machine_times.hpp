#pragma once

#include <optional>

#include "base/time.hpp"
#include "domain/fleet.hpp"
#include "domain/settings.hpp"

namespace vacuum {

/// When a machine began and ceased to run, as far as is known after this look at it.
struct MachineTimes {
  std::optional<TimePoint> started;  ///< recorded, else found out now
  std::optional<TimePoint>
      stopped;  ///< recorded, else found out now; only for machines that are over or gone
};

/// The recorded times win. Else the cloud's word counts as far as it can be true: a start lies between the
/// creation and now, a stop as long after the start as the cloud says that the machine ran, else between the
/// start and now. Without a word of the cloud it is now. Where `now` is behind, a stop may lie after it.
[[nodiscard]] MachineTimes machine_times(const Machine& machine, TimePoint now);

/// When a machine that vanished from the listings began to run; nothing where there is no sign that it did.
/// One that left a heartbeat or a message ran, though no listing showed it: from its creation, as far as
/// anybody can tell.
[[nodiscard]] std::optional<TimePoint> start_of_vanished(const Machine& machine);

/// When a machine that vanished from the listings ended, as far as anybody can tell: when its deletion was
/// accepted; else when it last wrote its heartbeat; else when a listing first missed it; never later than
/// max_wallclock_seconds after its start. A deletion before its start was noted by a clock that was wrong,
/// and does not count. `type` is null for an orphan.
[[nodiscard]] TimePoint time_of_vanishing(const Machine& machine, const MachinetypeSettings* type,
                                          TimePoint now);

/// Whether it runs, or is listed as starting again after it ran (a power state that flickers).
[[nodiscard]] inline bool is_running(const Machine& machine, const MachineTimes& times) {
  return machine.state == MachineState::running || (machine.state == MachineState::starting && times.started);
}

/// Whether some listing showed it: it ran, it stopped, or its deletion was accepted.
[[nodiscard]] inline bool was_listed(const Machine& machine) {
  return machine.started || machine.stopped || machine.deleted;
}

/// Whether its creation is under way: asked for, and not seen running.
[[nodiscard]] inline bool is_pending(const Machine& machine) {
  return machine.state == MachineState::starting ||
         (machine.state == MachineState::unlisted && !was_listed(machine));
}

}  // namespace vacuum
