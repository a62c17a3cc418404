#include <algorithm>
#include <cmath>
#include <cstdint>

#include "policy/accounting.hpp"
#include "policy/lint_findings.hpp"

namespace vacuum {
namespace {

/// Processors, memory and machines, of ours and others', before or by the plan.
struct Amount {
  std::int64_t machines = 0;
  std::int64_t processors = 0;
  std::int64_t starting = 0;
  std::int64_t memory_mb = 0;
};

struct Amounts {
  Amount space;
  std::vector<Amount> machinetypes;
};

Amounts existing(const PlanInput& input) {
  const ForeignMachines& foreign = input.fleet.foreign;
  Amounts amounts{{foreign.machines, foreign.processors, 0, foreign.memory_mb}, {}};
  amounts.machinetypes.resize(input.settings.machinetypes.size());
  for (const Machine& machine : input.fleet.machines) {
    if (is_kept_for_accounting(machine, input.settings, input.now)) continue;
    const int processors = std::max(machine.processors, 1);
    ++amounts.space.machines;
    amounts.space.processors += processors;
    amounts.space.memory_mb += std::max(machine.memory_mb, 0);
    if (!machine.machinetype || position(*machine.machinetype) >= amounts.machinetypes.size()) continue;
    Amount& own = amounts.machinetypes[position(*machine.machinetype)];
    own.processors += processors;
    const bool starts = may_come_up(machine);
    own.starting += starts ? processors : 0;
  }
  return amounts;
}

Amounts created(const PlanInput& input, const Plan& plan) {
  Amounts amounts;
  amounts.machinetypes.resize(input.settings.machinetypes.size());
  for (const Action& action : plan.actions) {
    const auto* creation = std::get_if<CreateMachine>(&action);
    if (!creation) continue;
    for (Amount* amount : {&amounts.space, &amounts.machinetypes[position(creation->machinetype)]}) {
      ++amount->machines;
      amount->processors += creation->flavor.processors;
      amount->memory_mb += creation->flavor.memory_mb;
    }
  }
  return amounts;
}

/// The step of the plan in percent, by the linter's own reckoning.
double step_percent(const PlanInput& input, const Plan& plan) {
  const double fixed = std::clamp(input.settings.max_created_percent, 0, 100);
  if (!plan.ramp) return fixed;
  return std::clamp(static_cast<double>(plan.ramp->step_millionths) / 1e4, fixed / 8, 100.0);
}

void lint_cycle(const PlanInput& input, const Plan& plan, const Amount& before, const Amount& added,
                LintFindings& findings) {
  const double percent = step_percent(input, plan);
  const double fixed = std::clamp(input.settings.max_created_percent, 0, 100);
  std::optional<int> limit = input.settings.processors_limit;
  if (const auto quota = input.fleet.quota.processors_limit) limit = std::min(limit.value_or(*quota), *quota);
  const std::int64_t whole = limit ? std::max(*limit, 0) : before.processors;
  const double least = limit ? 0 : 10 * (fixed > 0 ? percent / fixed : 1);
  const auto allowed =
      static_cast<std::int64_t>(std::ceil(std::max(static_cast<double>(whole) * percent / 100, least)));
  findings.expect(added.machines <= 1 || added.processors <= allowed,
                  "{} processors are created in one cycle, {} are allowed", added.processors, allowed);
  findings.expect(added.machines <= 10'000, "{} machines are created in one cycle", added.machines);
}

}  // namespace

void lint_limits(const PlanInput& input, const Plan& plan, LintFindings& findings) {
  const Amounts before = existing(input);
  const Amounts added = created(input, plan);
  const auto check = [&](std::string_view whose, std::string_view what, std::int64_t used, std::int64_t more,
                         std::optional<int> limit) {
    findings.expect(more == 0 || !limit || used + more <= *limit,
                    "{}: {} {} and {} more pass the limit of {}", whose, used, what, more, limit.value_or(0));
  };
  const Quota& quota = input.fleet.quota;
  const Amount& space = before.space;
  check("the space", "processors", space.processors, added.space.processors, input.settings.processors_limit);
  check("the quota", "processors", std::max<std::int64_t>(quota.processors_used, space.processors),
        added.space.processors, quota.processors_limit);
  check("the quota", "MB", std::max<std::int64_t>(quota.memory_mb_used, space.memory_mb),
        added.space.memory_mb, quota.memory_mb_limit);
  check("the quota", "machines", std::max<std::int64_t>(quota.machines_used, space.machines),
        added.space.machines, quota.machines_limit);
  for (std::size_t i = 0; i < before.machinetypes.size(); ++i) {
    const MachinetypeSettings& type = input.settings.machinetypes[i];
    const std::int64_t more = added.machinetypes[i].processors;
    check(type.name.text(), "processors", before.machinetypes[i].processors, more, type.processors_limit);
    check(type.name.text(), "starting processors", before.machinetypes[i].starting, more,
          type.max_starting_processors);
  }
  lint_cycle(input, plan, space, added.space, findings);
}

}  // namespace vacuum
