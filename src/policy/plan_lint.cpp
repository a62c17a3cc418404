#include "policy/plan_lint.hpp"

#include <algorithm>

#include "policy/lint_findings.hpp"

namespace vacuum {

bool lint_positions(const PlanInput& input, const Plan& plan, LintFindings& findings) {
  bool sound = true;
  const auto check = [&](const auto& action) {
    std::size_t at = 0;
    std::size_t end = 0;
    if constexpr (requires { action.machine; }) {
      at = action.machine;
      end = input.fleet.machines.size();
    } else {
      at = position(action.machinetype);
      end = input.settings.machinetypes.size();
    }
    findings.expect(at < end, "an action is for position {} of {}", at, end);
    sound = sound && at < end;
  };
  for (const Action& action : plan.actions) std::visit(check, action);
  std::ranges::for_each(plan.held_deletions, check);
  return sound;
}

void lint_explanations(const PlanInput& input, const Plan& plan, LintFindings& findings) {
  const auto& types = input.settings.machinetypes;
  findings.expect(plan.machinetypes.size() == types.size(), "the plan speaks of {} machinetypes, not of {}",
                  plan.machinetypes.size(), types.size());
  if (plan.machinetypes.size() != types.size()) return;
  std::vector<int> created(types.size());
  for (const Action& action : plan.actions) {
    if (const auto* creation = std::get_if<CreateMachine>(&action))
      ++created[position(creation->machinetype)];
  }
  for (std::size_t i = 0; i < types.size(); ++i) {
    const MachinetypePlan& told = plan.machinetypes[i];
    findings.expect(told.name == types[i].name, "machinetype {} is told of as {}", types[i].name, told.name);
    findings.expect(told.created == created[i], "{}: {} creations are told of, {} are planned", told.name,
                    told.created, created[i]);
    findings.expect(!told.why.empty(), "{}: the plan does not say why", told.name);
    const bool waits = told.wait == WaitReason::backing_off || told.wait == WaitReason::probing;
    findings.expect(!waits || (told.last_abort && told.wait_until),
                    "{}: it waits, with no abort or no end told", told.name);
  }
}

std::vector<std::string> plan_lint(const PlanInput& input, const Plan& plan) {
  LintFindings findings;
  if (lint_positions(input, plan, findings)) {
    lint_machine_actions(input, plan, findings);
    lint_held_deletions(input, plan, findings);
    lint_creations(input, plan, findings);
    lint_limits(input, plan, findings);
    lint_ramp(input, plan, findings);
    lint_preemptions(input, plan, findings);
    lint_explanations(input, plan, findings);
  }
  return findings.take();
}

}  // namespace vacuum
