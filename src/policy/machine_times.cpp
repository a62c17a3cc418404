#include "policy/machine_times.hpp"

#include <algorithm>

#include "policy/deletions.hpp"
#include "policy/durations.hpp"

namespace vacuum {
namespace {

std::optional<TimePoint> start_of(const Machine& machine, TimePoint now) {
  if (machine.started) return machine.started;
  const bool running = machine.state == MachineState::running;
  if (machine.cloud_started && (running || is_over(machine.state))) {
    return moved_into(*machine.cloud_started, machine.created, now);
  }
  if (running) return now;
  return std::nullopt;
}

}  // namespace

MachineTimes machine_times(const Machine& machine, TimePoint now) {
  MachineTimes times{start_of(machine, now), machine.stopped};
  if (!times.stopped && is_over(machine.state)) {
    const TimePoint seen = machine.cloud_updated.value_or(now);
    times.stopped = moved_into(seen, times.started.value_or(machine.created), now);
  }
  return times;
}

TimePoint time_of_vanishing(const Machine& machine, const MachinetypeSettings* type, TimePoint now) {
  const TimePoint begin = machine.started.value_or(machine.created);
  if (machine.deleted) return moved_into(*machine.deleted, begin, now);
  TimePoint end = machine.heartbeat.value_or(machine.missing_since.value_or(now));
  const Seconds most = type ? type->max_wallclock : machine.max_wallclock.value_or(kOrphanMaxWallclock);
  if (machine.started) end = std::min(end, later(begin, most));
  return moved_into(end, begin, now);
}

}  // namespace vacuum
