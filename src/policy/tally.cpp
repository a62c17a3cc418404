#include "policy/tally.hpp"

#include <algorithm>

#include "policy/backoff.hpp"
#include "policy/shares.hpp"

namespace vacuum {

namespace {

/// One that was listed before and is no more is on its way out, not on its way in.
MachineState shown_state(const Machine& machine) {
  const bool is_leaving = machine.state == MachineState::unlisted && was_listed(machine);
  return is_leaving ? MachineState::deleting : machine.state;
}

}  // namespace

void Tally::add(std::size_t index, const Machine& machine, const MachineTimes& times,
                const MachinetypeSettings* type, TimePoint now) {
  const std::int64_t its_processors = processors_of(machine);
  ++machines;
  processors += its_processors;
  memory_mb += std::max(machine.memory_mb, 0);
  if (!type) {
    ++orphans;
    return;
  }
  MachinetypeTally& tally = machinetypes[position(*machine.machinetype)];
  ++tally.machines_by_state[static_cast<std::size_t>(shown_state(machine))];
  tally.processors += its_processors;
  if (is_pending(machine)) tally.pending_processors += its_processors;
  tally.weight += weight_of(machine, *type);
  if (!tally.unproven && is_unproven(machine, times, type->fizzle, now)) tally.unproven = index;
}

}  // namespace vacuum
