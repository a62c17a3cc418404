#include "policy/backoff.hpp"

#include "policy/durations.hpp"

namespace vacuum {

Backoff backoff_of(const MachinetypeSettings& type, const std::optional<LastAbort>& last_abort,
                   TimePoint now) {
  if (!last_abort) return {};
  const TimePoint probing_from = later(last_abort->time, type.backoff);
  if (now < probing_from) return {BackoffPhase::backing_off, probing_from};
  const TimePoint normal_from = later(probing_from, type.fizzle);
  if (now < normal_from) return {BackoffPhase::probing, normal_from};
  return {};
}

bool is_unproven(const Machine& machine, const MachineTimes& times, Seconds fizzle, TimePoint now) {
  if (is_pending(machine)) return true;
  return machine.state == MachineState::running && times.started && elapsed(*times.started, now) < fizzle;
}

void note_abort(std::optional<LastAbort>& known, LastAbort seen) {
  if (!known || known->time < seen.time) known = std::move(seen);
}

}  // namespace vacuum
