#include <algorithm>

#include "policy/lint_findings.hpp"

namespace vacuum {
namespace {

std::int64_t fixed_step(const PlanInput& input) {
  return std::int64_t{std::clamp(input.settings.max_created_percent, 0, 100)} * 10'000;
}

/// What the step was at the beginning of the cycle; a forgotten one is the fixed one again.
std::int64_t step_before(const PlanInput& input) {
  const std::int64_t fixed = fixed_step(input);
  const auto& ramp = input.fleet.ramp;
  if (!ramp || ramp->since < input.now - Seconds{86400}) return fixed;
  return std::clamp<std::int64_t>(ramp->step_millionths, fixed / 8, 1'000'000);
}

bool has_proof(const PlanInput& input, const Plan& plan) {
  if (!input.fleet.ramp) return false;
  const TimePoint since = std::min(input.fleet.ramp->since, input.now);
  for (const Action& action : plan.actions) {
    const auto* stopped = std::get_if<MarkStopped>(&action);
    if (stopped && stopped->verdict == Verdict::success &&
        input.fleet.machines[stopped->machine].created >= since)
      return true;
  }
  return std::ranges::any_of(input.fleet.machines, [&](const Machine& machine) {
    const bool known =
        machine.machinetype && position(*machine.machinetype) < input.settings.machinetypes.size();
    if (!known || machine.state != MachineState::running || !machine.started) return false;
    const Seconds fizzle = input.settings.machinetypes[position(*machine.machinetype)].fizzle;
    return machine.created >= since && *machine.started <= input.now - fizzle;
  });
}

/// Whether the plan judges an abort of a machinetype that knew of none yet: that is always a setback.
bool has_first_abort(const PlanInput& input, const Plan& plan) {
  return std::ranges::any_of(plan.actions, [&](const Action& action) {
    const auto* stopped = std::get_if<MarkStopped>(&action);
    if (!stopped || stopped->verdict != Verdict::abort) return false;
    const auto type = input.fleet.machines[stopped->machine].machinetype;
    return type && position(*type) < input.fleet.last_aborts.size() &&
           !input.fleet.last_aborts[position(*type)];
  });
}

}  // namespace

void lint_ramp(const PlanInput& input, const Plan& plan, LintFindings& findings) {
  if (input.settings.ramp == RampKind::fixed)
    return findings.expect(!plan.ramp, "the plan has an adaptive ramp, the space a fixed one");
  findings.expect(plan.ramp.has_value(), "the plan has no ramp, the space an adaptive one");
  if (!plan.ramp) return;
  const std::int64_t before = step_before(input);
  const std::int64_t step = plan.ramp->step_millionths;
  findings.expect(step <= before * 2 && step <= 1'000'000, "the ramp goes from {} to {} millionths at once",
                  before, step);
  findings.expect(step <= before || has_proof(input, plan),
                  "the ramp grows, and no new machine has found work");
  findings.expect(!has_first_abort(input, plan) || step <= std::max(before / 2, fixed_step(input) / 8),
                  "the ramp is not halved after an abort");
  findings.expect(plan.ramp->since <= input.now, "the ramp is of the future");
  findings.expect(!plan.ramp->why.empty(), "the ramp does not say why");
}

}  // namespace vacuum
