#include "policy/deletions.hpp"

#include <algorithm>
#include <string>

#include "policy/durations.hpp"

namespace vacuum {
namespace {

bool is_past_shutdown_time(const Machine& machine, const SpaceSettings& settings, TimePoint now) {
  return (machine.shutdown_time && now > *machine.shutdown_time) ||
         (settings.shutdown_time && now > *settings.shutdown_time);
}

bool is_past_max_wallclock(const Machine& machine, const MachineTimes& times, const MachinetypeSettings* type,
                           TimePoint now) {
  const Seconds limit = type ? type->max_wallclock : machine.max_wallclock.value_or(kOrphanMaxWallclock);
  return times.started && elapsed(*times.started, now) > limit;
}

bool lost_heartbeat(const Machine& machine, const MachineTimes& times, const MachinetypeSettings* type,
                    TimePoint now) {
  // A machine that is being adopted had no joboutputs to write its heartbeat to.
  if (!type || !type->heartbeat || !times.started || machine.record == RecordState::absent) return false;
  const Seconds max_age = type->heartbeat->max_age;
  if (machine.adopted && elapsed(*machine.adopted, now) <= max_age) return false;
  if (elapsed(*times.started, now) <= std::max(type->fizzle, max_age)) return false;
  return !machine.heartbeat || elapsed(*machine.heartbeat, now) > max_age;
}

std::string operator_words(const Machine& machine) {
  const std::string words = "Deleted by an operator";
  if (!machine.deletion_order || machine.deletion_order->reason.empty()) return words;
  return words + ": " + machine.deletion_order->reason;
}

}  // namespace

std::optional<DeleteReason> reason_to_delete(const Machine& machine, const MachineTimes& times,
                                             const SpaceSettings& settings, const MachinetypeSettings* type,
                                             TimePoint now) {
  switch (machine.state) {
    case MachineState::unlisted:
      return std::nullopt;
    case MachineState::unknown:
      return machine.deletion_order ? std::optional(DeleteReason::operator_asked) : std::nullopt;
    case MachineState::shutdown:
    case MachineState::deleting:
      return DeleteReason::over;
    case MachineState::failed:
      return times.started ? DeleteReason::failed : DeleteReason::not_built;
    case MachineState::starting:
    case MachineState::running:
      break;
  }
  if (machine.deletion_order) return DeleteReason::operator_asked;
  // Age and shutdown come first: the mass-deletion breaker never holds them.
  if (is_past_max_wallclock(machine, times, type, now)) return DeleteReason::max_wallclock;
  if (is_past_shutdown_time(machine, settings, now)) return DeleteReason::shutdown_time;
  if (is_running(machine, times)) {
    if (lost_heartbeat(machine, times, type, now)) return DeleteReason::heartbeat;
  } else if (elapsed(machine.created, now) > settings.max_starting) {
    return DeleteReason::start_timeout;
  }
  return std::nullopt;
}

bool may_ask_for_deletion(const Machine& machine, TimePoint now) {
  if (machine.delete_retry_at && now < *machine.delete_retry_at) return false;
  if (!machine.deleted || is_deletion_stuck(machine, now)) return true;
  return machine.deletion_order && *machine.deleted < machine.deletion_order->since;
}

bool is_deletion_stuck(const Machine& machine, TimePoint now) {
  return machine.deleted && machine.state != MachineState::unlisted &&
         elapsed(*machine.deleted, now) > kDeletionRepeat;
}

std::optional<ShutdownMessage> message_of(DeleteReason reason, const Machine& machine) {
  switch (reason) {
    case DeleteReason::start_timeout:
      return ShutdownMessage{700, "Failed to start"};
    case DeleteReason::max_wallclock:
      return ShutdownMessage{700, "Exceeded max_wallclock_seconds"};
    case DeleteReason::heartbeat:
      return ShutdownMessage{700, "Heartbeat file not updated"};
    case DeleteReason::shutdown_time:
      return ShutdownMessage{700, "Passed shutdowntime"};
    case DeleteReason::operator_asked:
      return ShutdownMessage{100, operator_words(machine)};
    case DeleteReason::over:
    case DeleteReason::not_built:
    case DeleteReason::failed:
      break;
  }
  return std::nullopt;
}

}  // namespace vacuum
