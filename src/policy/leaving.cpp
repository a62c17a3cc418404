#include "policy/leaving.hpp"

#include <algorithm>
#include <variant>

#include "policy/durations.hpp"
#include "policy/preemption.hpp"
#include "policy/tally.hpp"

namespace vacuum {
namespace {

bool is_alive(const Machine& machine) {
  return machine.state == MachineState::starting || machine.state == MachineState::running;
}

}  // namespace

LeavingMachines::LeavingMachines(const PlanInput& input, const Plan& plan)
    : input_(input), deleted_now_(input.fleet.machines.size()), told_now_(input.fleet.machines.size()) {
  for (const Action& action : plan.actions) {
    if (const auto* deletion = std::get_if<DeleteMachine>(&action)) deleted_now_[deletion->machine] = true;
    if (const auto* told = std::get_if<AnnounceShutdown>(&action)) told_now_[told->machine] = true;
  }
  for (const MachinetypeSettings& type : input.settings.machinetypes)
    longest_grace_ = std::max(longest_grace_, type.preemptible_grace.value_or(Seconds{0}));
}

bool LeavingMachines::is_leaving(std::size_t index) const {
  const Machine& machine = input_.fleet.machines[index];
  if (is_over(machine.state) || machine.deleted || deleted_now_[index]) return true;
  if (!is_alive(machine)) return false;
  const TimePoint end = std::min(machine.shutdown_time.value_or(TimePoint::max()),
                                 input_.settings.shutdown_time.value_or(TimePoint::max()));
  const auto grace = grace_of(machine, machinetype_of(machine, input_.settings));
  return end <= preempted_end(input_.now, std::max(longest_grace_, grace.value_or(Seconds{0})));
}

bool LeavingMachines::was_preempted(std::size_t index) const {
  const Machine& machine = input_.fleet.machines[index];
  if (!machine.shutdown_time || !is_alive(machine) || !is_leaving(index)) return false;
  if (!grace_of(machine, machinetype_of(machine, input_.settings))) return false;
  return !input_.settings.shutdown_time || *machine.shutdown_time < *input_.settings.shutdown_time;
}

}  // namespace vacuum
