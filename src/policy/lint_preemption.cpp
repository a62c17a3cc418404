#include <algorithm>
#include <unordered_set>

#include "policy/accounting.hpp"
#include "policy/lint_findings.hpp"
#include "policy/shares.hpp"
#include "policy/tally.hpp"

namespace vacuum {
namespace {

/// The weights of machinetypes by the linter's own reckoning.
struct Weights {
  double all = 0;              ///< of all its machines
  double surely_staying = 0;   ///< of those that nothing ends that we know of
  double perhaps_staying = 0;  ///< of those that are not surely ending
};

class PreemptionLint {
 public:
  PreemptionLint(const PlanInput& input, const Plan& plan, LintFindings& findings)
      : input_(input), plan_(plan), findings_(findings), weights_(input.settings.machinetypes.size()) {
    for (const Action& action : plan.actions) {
      if (const auto* deletion = std::get_if<DeleteMachine>(&action)) deleted_.insert(deletion->machine);
      const auto* told = std::get_if<AnnounceShutdown>(&action);
      if (told && told->cause == ShutdownCause::preemption) told_.insert(told->machine);
    }
  }

  void check() {
    if (told_.empty()) return;
    const SpaceSettings& settings = input_.settings;
    findings_.expect(!settings.no_delete && !input_.fleet.deletions_held,
                     "preempted although deletions are held");
    findings_.expect(input_.creations == Creations::allowed, "preempted although creations are held");
    add_up();
    for (const std::size_t machine : told_) check_victim(input_.fleet.machines[machine]);
    for (const Action& action : plan_.actions) {
      const auto* told = std::get_if<AnnounceShutdown>(&action);
      if (told && told->cause == ShutdownCause::preemption) check_end(*told);
    }
    check_shares();
  }

 private:
  void add_up() {
    for (std::size_t i = 0; i < input_.fleet.machines.size(); ++i) {
      const Machine& machine = input_.fleet.machines[i];
      const MachinetypeSettings* type = machinetype_of(machine, input_.settings);
      if (!type || is_kept_for_accounting(machine, input_.settings, input_.now)) continue;
      Weights& weights = weights_[position(*machine.machinetype)];
      const double weight = weight_of(machine, *type);
      weights.all += weight;
      if (is_over(machine.state) || machine.deleted || deleted_.contains(i) || told_.contains(i)) continue;
      if (!machine.shutdown_time) weights.surely_staying += weight;
      const TimePoint soon = input_.now + type->preemptible_grace.value_or(Seconds{0});
      if (!machine.shutdown_time || *machine.shutdown_time > soon) weights.perhaps_staying += weight;
    }
  }

  void check_victim(const Machine& machine) {
    const MachinetypeSettings* type = machinetype_of(machine, input_.settings);
    findings_.expect(type && type->preemptible_grace, "{}: preempted, and not preemptible", machine.name);
    findings_.expect(machine.state == MachineState::running && !machine.deleted, "{}: preempted in state {}",
                     machine.name, to_string(machine.state));
    findings_.expect(type && machine.started && *machine.started <= input_.now - type->fizzle,
                     "{}: preempted before it ran for fizzle_seconds", machine.name);
  }

  void check_end(const AnnounceShutdown& told) {
    const Machine& machine = input_.fleet.machines[told.machine];
    const MachinetypeSettings* type = machinetype_of(machine, input_.settings);
    const Seconds grace = std::max(type ? type->preemptible_grace.value_or(Seconds{0}) : Seconds{0},
                                   machine.promised_grace.value_or(Seconds{0}));
    findings_.expect(told.shutdown_time >= input_.now + grace,
                     "{}: told an end {} s ahead, {} s were promised", machine.name,
                     (told.shutdown_time - input_.now).count(), grace.count());
    findings_.expect(!told.reason.empty(), "{}: preempted without a reason", machine.name);
  }

  [[nodiscard]] bool aborted_lately(std::size_t index) const {
    const MachinetypeSettings& type = input_.settings.machinetypes[index];
    const TimePoint since = input_.now - type.backoff - type.fizzle;
    const auto& aborts = input_.fleet.last_aborts;
    if (index < aborts.size() && aborts[index] && aborts[index]->time > since) return true;
    return std::ranges::any_of(plan_.actions, [&](const Action& action) {
      const auto* stopped = std::get_if<MarkStopped>(&action);
      return stopped && stopped->verdict == Verdict::abort && stopped->stopped > since &&
             input_.fleet.machines[stopped->machine].machinetype == MachinetypeIndex(index);
    });
  }

  void check_shares() {
    double all = 0;
    double shares = 0;
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      const MachinetypeSettings& type = input_.settings.machinetypes[i];
      shares += has_share(type) ? type.target_share : 0;
      if (has_share(type) || type.preemptible_grace) all += weights_[i].all;
    }
    bool somebody_gains = false;
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      const MachinetypeSettings& type = input_.settings.machinetypes[i];
      const double fair = has_share(type) ? all * type.target_share / shares : 0;
      if (is_a_victims(i)) {
        findings_.expect(weights_[i].perhaps_staying >= fair * 0.999999,
                         "{}: preempted below its own share: {:.6g} of {:.6g} would stay", type.name,
                         weights_[i].perhaps_staying, fair);
      }
      somebody_gains = somebody_gains || (has_share(type) && hold_of(input_, i) == nullptr &&
                                          !aborted_lately(i) && weights_[i].surely_staying < fair);
    }
    findings_.expect(somebody_gains, "preempted for nobody who finds work and is below its share");
  }

  [[nodiscard]] bool is_a_victims(std::size_t index) const {
    return std::ranges::any_of(told_, [&](std::size_t machine) {
      return input_.fleet.machines[machine].machinetype == MachinetypeIndex(index);
    });
  }

  const PlanInput& input_;
  const Plan& plan_;
  LintFindings& findings_;
  std::vector<Weights> weights_;
  std::unordered_set<std::size_t> deleted_;
  std::unordered_set<std::size_t> told_;
};

}  // namespace

void lint_preemptions(const PlanInput& input, const Plan& plan, LintFindings& findings) {
  PreemptionLint(input, plan, findings).check();
}

}  // namespace vacuum
