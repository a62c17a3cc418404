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

/// The cloud's clock alone tells how long a machine ran, where it tells both ends: ours may be wrong.
std::optional<Seconds> life_by_cloud(const Machine& machine) {
  if (!machine.cloud_started || !machine.cloud_updated) return std::nullopt;
  const Seconds life = elapsed(*machine.cloud_started, *machine.cloud_updated);
  return life < Seconds{0} ? std::nullopt : std::optional(life);
}

TimePoint stop_of(const Machine& machine, std::optional<TimePoint> started, TimePoint now) {
  const auto life = life_by_cloud(machine);
  if (started && life) {
    const TimePoint most = later(*started, machine.max_wallclock.value_or(kOrphanMaxWallclock));
    return std::min(later(*started, *life), std::max(now, most));
  }
  return moved_into(machine.cloud_updated.value_or(now), started.value_or(machine.created), now);
}

}  // namespace

MachineTimes machine_times(const Machine& machine, TimePoint now) {
  MachineTimes times{start_of(machine, now), machine.stopped};
  if (!times.stopped && is_over(machine.state)) times.stopped = stop_of(machine, times.started, now);
  return times;
}

std::optional<TimePoint> start_of_vanished(const Machine& machine) {
  if (machine.started) return machine.started;
  if (machine.heartbeat || machine.shutdown_message) return machine.created;
  return std::nullopt;
}

/// A witness of another clock than ours may tell a time after `now`: then ours is behind.
TimePoint time_of_vanishing(const Machine& machine, const MachinetypeSettings* type, TimePoint now) {
  const TimePoint begin = machine.started.value_or(machine.created);
  const Seconds most = type ? type->max_wallclock : machine.max_wallclock.value_or(kOrphanMaxWallclock);
  const TimePoint longest = later(begin, most);
  if (machine.deleted && *machine.deleted >= begin) return std::min(*machine.deleted, std::max(now, longest));
  TimePoint end = machine.heartbeat.value_or(std::min(machine.missing_since.value_or(now), now));
  if (start_of_vanished(machine)) end = std::min(end, longest);
  return moved_into(end, begin, std::max(now, end));
}

}  // namespace vacuum
