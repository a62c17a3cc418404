#include <algorithm>
#include <unordered_set>

#include "policy/build_failures.hpp"
#include "policy/lint_findings.hpp"

namespace vacuum {
namespace {

std::vector<const CreateMachine*> creations_of(const Plan& plan) {
  std::vector<const CreateMachine*> creations;
  for (const Action& action : plan.actions) {
    if (const auto* creation = std::get_if<CreateMachine>(&action)) creations.push_back(creation);
  }
  return creations;
}

void lint_names(const PlanInput& input, const std::vector<const CreateMachine*>& creations,
                LintFindings& findings) {
  std::unordered_set<std::string_view> names;
  for (const CreateMachine* creation : creations) {
    findings.expect(names.insert(creation->name.text()).second, "{}: created twice", creation->name);
    const auto told = machinetype_of(creation->name);
    findings.expect(told == input.settings.machinetypes[position(creation->machinetype)].name,
                    "{}: its name does not tell its machinetype", creation->name);
  }
  if (names.empty()) return;
  for (const Machine& machine : input.fleet.machines) {
    findings.expect(!names.contains(machine.name.text()),
                    "{}: created with the name of a machine that exists", machine.name);
  }
}

void lint_creation(const PlanInput& input, const CreateMachine& creation, LintFindings& findings) {
  const SpaceSettings& settings = input.settings;
  const MachinetypeSettings& type = settings.machinetypes[position(creation.machinetype)];
  const Flavor& flavor = creation.flavor;
  findings.expect(type.target_share > 0, "{}: created without a share", creation.name);
  findings.expect(hold_of(input, position(creation.machinetype)) == nullptr,
                  "{}: created although its machinetype is on hold", creation.name);
  findings.expect(std::ranges::count(input.fleet.flavors, flavor) > 0, "{}: flavor {} is not the cloud's",
                  creation.name, flavor.name);
  findings.expect(std::ranges::count(type.flavors, flavor.name) > 0, "{}: flavor {} is not its machinetype's",
                  creation.name, flavor.name);
  findings.expect(flavor.processors >= std::max(type.min_processors, 1) &&
                      flavor.processors <= type.max_processors.value_or(flavor.processors),
                  "{}: flavor {} has {} processors, out of range", creation.name, flavor.name,
                  flavor.processors);
  findings.expect(
      creation.zone ? std::ranges::count(settings.zones, *creation.zone) > 0 : settings.zones.empty(),
      "{}: its zone is not one of the space's", creation.name);
  findings.expect(creation.shutdown_time == settings.shutdown_time, "{}: not told of the space's end",
                  creation.name);
  findings.expect(!creation.reason.empty(), "{}: created without a reason", creation.name);
}

void lint_build_waits(const PlanInput& input, const Plan& plan,
                      const std::vector<const CreateMachine*>& creations, LintFindings& findings) {
  const auto failures =
      after_attempts(input.fleet.build_failures, build_attempts(input.fleet, plan), input.now);
  for (const CreateMachine* creation : creations) {
    findings.expect(!waiting_build(failures, creation->flavor.name, creation->zone, input.now),
                    "{}: flavor {} still waits after failed builds", creation->name, creation->flavor.name);
  }
}

/// The last aborts with those that the plan judges.
std::vector<std::optional<TimePoint>> abort_times(const PlanInput& input, const Plan& plan) {
  std::vector<std::optional<TimePoint>> times(input.settings.machinetypes.size());
  for (std::size_t i = 0; i < std::min(times.size(), input.fleet.last_aborts.size()); ++i) {
    if (const auto& abort = input.fleet.last_aborts[i]) times[i] = abort->time;
  }
  for (const Action& action : plan.actions) {
    const auto* stopped = std::get_if<MarkStopped>(&action);
    if (!stopped || stopped->verdict != Verdict::abort) continue;
    const auto type = input.fleet.machines[stopped->machine].machinetype;
    if (!type || position(*type) >= times.size()) continue;
    times[position(*type)] = std::max(times[position(*type)].value_or(stopped->stopped), stopped->stopped);
  }
  return times;
}

/// When each machine started, with the marks of the plan.
std::vector<std::optional<TimePoint>> start_times(const PlanInput& input, const Plan& plan) {
  std::vector<std::optional<TimePoint>> times;
  for (const Machine& machine : input.fleet.machines) times.push_back(machine.started);
  for (const Action& action : plan.actions) {
    if (const auto* mark = std::get_if<MarkStarted>(&action)) times[mark->machine] = mark->started;
  }
  return times;
}

bool is_young(const Machine& machine, std::optional<TimePoint> started, TimePoint now, Seconds fizzle) {
  if (may_come_up(machine)) return true;
  return machine.state == MachineState::running && (!started || *started > now - fizzle);
}

void lint_probe(const PlanInput& input, const Plan& plan, std::size_t type_index, LintFindings& findings) {
  const MachinetypeSettings& type = input.settings.machinetypes[type_index];
  const auto starts = start_times(input, plan);
  for (std::size_t i = 0; i < input.fleet.machines.size(); ++i) {
    const Machine& machine = input.fleet.machines[i];
    if (machine.machinetype != MachinetypeIndex(type_index)) continue;
    findings.expect(!is_young(machine, starts[i], input.now, type.fizzle), "{}: created to probe beside {}",
                    type.name, machine.name);
  }
}

void lint_backoff(const PlanInput& input, const Plan& plan,
                  const std::vector<const CreateMachine*>& creations, LintFindings& findings) {
  const auto aborts = abort_times(input, plan);
  std::vector<int> created(aborts.size());
  for (const CreateMachine* creation : creations) ++created[position(creation->machinetype)];
  for (std::size_t i = 0; i < aborts.size(); ++i) {
    const MachinetypeSettings& type = input.settings.machinetypes[i];
    if (created[i] == 0 || !aborts[i] || *aborts[i] <= input.now - type.backoff - type.fizzle) continue;
    findings.expect(*aborts[i] <= input.now - type.backoff, "{}: created while it backs off", type.name);
    findings.expect(created[i] == 1, "{}: {} machines probe for work at once", type.name, created[i]);
    lint_probe(input, plan, i, findings);
  }
}

}  // namespace

void lint_creations(const PlanInput& input, const Plan& plan, LintFindings& findings) {
  const auto creations = creations_of(plan);
  findings.expect(creations.empty() || input.creations == Creations::allowed,
                  "created while creations are held");
  findings.expect(
      creations.empty() || !input.settings.shutdown_time || input.now < *input.settings.shutdown_time,
      "created after the space's shutdown_time");
  lint_names(input, creations, findings);
  for (const CreateMachine* creation : creations) lint_creation(input, *creation, findings);
  lint_build_waits(input, plan, creations, findings);
  lint_backoff(input, plan, creations, findings);
}

}  // namespace vacuum
