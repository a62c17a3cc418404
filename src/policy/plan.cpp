#include "policy/plan.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

#include "policy/breaker.hpp"
#include "policy/build_failures.hpp"
#include "policy/creations.hpp"
#include "policy/explanations.hpp"
#include "policy/limits.hpp"
#include "policy/preemption.hpp"
#include "policy/ramp.hpp"
#include "policy/shares.hpp"
#include "policy/survey.hpp"

namespace vacuum {
namespace {

int as_int(std::int64_t value) {
  return static_cast<int>(std::clamp<std::int64_t>(value, 0, std::numeric_limits<int>::max()));
}

template <class Source>
void append(std::vector<Action>& actions, Source&& source) {
  actions.insert(actions.end(), std::make_move_iterator(source.begin()),
                 std::make_move_iterator(source.end()));
}

MachinetypePlan describe(std::size_t index, const Outcome& outcome, const CreationInput& input) {
  const MachinetypeSettings& type = input.cycle.settings.machinetypes[index];
  const MachinetypeTally& tally = input.tally.machinetypes[index];
  const bool from_abort = outcome.wait == WaitReason::backing_off || outcome.wait == WaitReason::probing;
  return {.name = type.name,
          .target_share = type.target_share,
          .machines_by_state = tally.machines_by_state,
          .processors = as_int(tally.processors),
          .weighted_count = weighted_count(outcome.weight, type),
          .created = outcome.created,
          .wait = outcome.wait,
          .wait_until = outcome.wait_until,
          .last_abort = from_abort ? input.last_aborts[index] : std::nullopt,
          .why = explain(outcome, index, input)};
}

void tell_preemptions(MachinetypePlan& told, std::size_t index, const PreemptionPlan& preempted) {
  if (index >= preempted.machinetypes.size()) return;
  told.told_to_end = preempted.machinetypes[index].ending;
  told.why += preemption_words(preempted, index, told.wait);
}

void survey_into(Plan& plan, Survey& survey, const PlanInput& input) {
  survey.look_at_all();
  plan.actions = std::move(survey.actions);
  plan.notes = survey.notes();
  plan.orphans = survey.tally.orphans;
  plan.processors_in_space = as_int(survey.tally.processors + input.fleet.foreign.processors);
  plan.processors_limit = processors_limit_in_force(input.settings, input.fleet.quota);
  SortedDeletions sorted = sort_deletions(std::move(survey.deletions), input.fleet, input.settings);
  append(plan.actions, sorted.carried_out);
  plan.held_deletions = std::move(sorted.held);
  plan.held_because = std::move(sorted.held_because);
}

void create_into(Plan& plan, const Survey& survey, const PlanInput& input, RandomStream& random) {
  const auto attempts = build_attempts(input.fleet, plan);
  const auto failures = after_attempts(input.fleet.build_failures, attempts, input.now);
  plan.ramp = ramp_after(input, plan, attempts);
  const CreationInput creation{input, survey.tally, survey.last_aborts, failures, plan.ramp};
  PreemptionPlan preempted = plan_preemptions(creation, plan);
  append(plan.actions, preempted.announcements);
  CreationPlan created = plan_creations(creation, random);
  append(plan.actions, created.machines);
  for (std::size_t i = 0; i < created.outcomes.size(); ++i) {
    plan.machinetypes.push_back(describe(i, created.outcomes[i], creation));
    tell_preemptions(plan.machinetypes.back(), i, preempted);
  }
}

}  // namespace

Plan plan(const PlanInput& input, RandomStream& random) {
  Plan plan;
  Survey survey(input);
  survey_into(plan, survey, input);
  create_into(plan, survey, input, random);
  return plan;
}

}  // namespace vacuum
