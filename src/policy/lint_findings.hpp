#pragma once

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "policy/plan.hpp"
#include "policy/plan_lint.hpp"

namespace vacuum {

/// Collects what the parts of the plan linter find.
class LintFindings {
 public:
  template <class... Values>
  void expect(bool holds, fmt::format_string<Values...> otherwise, Values&&... values) {
    if (holds || sentences_.size() >= kMostLintFindings) return;
    sentences_.push_back(fmt::format(otherwise, std::forward<Values>(values)...));
  }
  [[nodiscard]] std::vector<std::string> take() { return std::move(sentences_); }

 private:
  std::vector<std::string> sentences_;
};

/// The linter's own word on what is on its way up: listed as starting, or asked for and never seen.
[[nodiscard]] inline bool may_come_up(const Machine& machine) {
  if (machine.state == MachineState::starting) return true;
  return machine.state == MachineState::unlisted && !machine.started && !machine.stopped && !machine.deleted;
}

/// Whether all machines that the plan names exist; nothing else can be looked at before.
[[nodiscard]] bool lint_positions(const PlanInput& input, const Plan& plan, LintFindings& findings);
/// Adoptions, judgements, deletions, archiving, announcements.
void lint_machine_actions(const PlanInput& input, const Plan& plan, LintFindings& findings);
/// The breaker and the no_delete switch.
void lint_held_deletions(const PlanInput& input, const Plan& plan, LintFindings& findings);
/// Shares, back-off, flavors, zones and names of new machines.
void lint_creations(const PlanInput& input, const Plan& plan, LintFindings& findings);
/// That no limit is passed.
void lint_limits(const PlanInput& input, const Plan& plan, LintFindings& findings);
/// Who is told to end for others' shares, and for whom.
void lint_preemptions(const PlanInput& input, const Plan& plan, LintFindings& findings);
/// That an adaptive ramp moves by what machines show.
void lint_ramp(const PlanInput& input, const Plan& plan, LintFindings& findings);
/// What the plan says of each machinetype.
void lint_explanations(const PlanInput& input, const Plan& plan, LintFindings& findings);

}  // namespace vacuum
