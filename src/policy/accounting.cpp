#include "policy/accounting.hpp"

#include "policy/adoption.hpp"
#include "policy/durations.hpp"
#include "policy/tally.hpp"

namespace vacuum {

std::optional<AccountMachine> accounting_due(std::size_t index, const Machine& machine,
                                             std::optional<TimePoint> started,
                                             std::optional<TimePoint> stopped,
                                             const MachinetypeSettings* type) {
  if (machine.accounted || !started || !stopped) return std::nullopt;
  const Seconds fizzle = type ? type->fizzle : kOrphanFizzle;
  if (*stopped <= *started || elapsed(*started, *stopped) < fizzle) return std::nullopt;
  return AccountMachine{index, *started, *stopped};
}

bool is_kept_for_accounting(const Machine& machine, const SpaceSettings& settings, TimePoint now) {
  if (!is_gone(machine, settings, now) || !machine.stopped) return false;
  const MachinetypeSettings* type = machinetype_of(machine, settings);
  return accounting_due(0, machine, machine.started, machine.stopped, type).has_value();
}

}  // namespace vacuum
