#include "policy/preemption.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "policy/accounting.hpp"
#include "policy/backoff.hpp"
#include "policy/cycle_allowance.hpp"
#include "policy/durations.hpp"
#include "policy/flavor_choice.hpp"
#include "policy/leaving.hpp"
#include "policy/limits.hpp"
#include "policy/ramp.hpp"
#include "policy/shares.hpp"

namespace vacuum {
namespace {

/// Sums of shares and weights are compared with room for their rounding.
constexpr double kRounding = 1e-9;

/// A machinetype as the machines that stay make it.
struct Standing {
  double weight = 0;                 ///< of the machines that stay, and of those that it gets room for
  double fair_weight = 0;            ///< its share
  int staying = 0;                   ///< machines that stay
  bool is_proven = false;            ///< one of these has run for fizzle_seconds
  const Flavor* flavor = nullptr;    ///< of its next machine, where it finds work
  std::vector<std::size_t> victims;  ///< who may be preempted, the first to go last
};

class PreemptionLoop {
 public:
  PreemptionLoop(const CreationInput& input, const Plan& plan)
      : input_(input),
        fleet_(input.cycle.fleet),
        settings_(input.cycle.settings),
        now_(input.cycle.now),
        leaving_(input.cycle, plan),
        room_now_(fleet_, settings_, input.tally),
        room_(room_now_),
        allowance_(processors_limit_in_force(settings_, fleet_.quota),
                   input.tally.processors + fleet_.foreign.processors, cycle_step(settings_, input.ramp)),
        types_(settings_.machinetypes.size()) {
    plan_.machinetypes.resize(types_.size());
  }

  PreemptionPlan run() {
    look_at_machines();
    set_fair_weights();
    for (std::size_t i = 0; i < types_.size(); ++i) {
      if (finds_work(i)) needy_.push_back(i);
    }
    while (!needy_.empty()) {
      const std::size_t neediest = pick_neediest_of_all();
      if (!is_short(neediest) || !give_room(neediest)) std::erase(needy_, neediest);
    }
    return std::move(plan_);
  }

 private:
  void look_at_machines() {
    for (std::size_t i = 0; i < fleet_.machines.size(); ++i) {
      const Machine& machine = fleet_.machines[i];
      if (is_kept_for_accounting(machine, settings_, now_)) continue;
      const MachinetypeSettings* type = machinetype_of(machine, settings_);
      if (type && leaving_.was_preempted(i)) note_end(position(*machine.machinetype), *machine.shutdown_time);
      if (leaving_.is_leaving(i)) {
        room_.release(machine, type ? std::optional(position(*machine.machinetype)) : std::nullopt);
      } else if (type) {
        add_staying(i, machine, *type);
      }
    }
    // Who ran least has least to lose. Names make all managers choose the same.
    const auto ran_longer = [&](std::size_t a, std::size_t b) {
      const Machine& one = fleet_.machines[a];
      const Machine& other = fleet_.machines[b];
      return std::pair(*one.started, one.name) < std::pair(*other.started, other.name);
    };
    for (Standing& type : types_) std::ranges::sort(type.victims, ran_longer);
  }

  void add_staying(std::size_t index, const Machine& machine, const MachinetypeSettings& type) {
    Standing& standing = types_[position(*machine.machinetype)];
    standing.weight += weight_of(machine, type);
    ++standing.staying;
    const bool proven = machine.state == MachineState::running && machine.started &&
                        elapsed(*machine.started, now_) >= type.fizzle;
    standing.is_proven = standing.is_proven || proven;
    if (proven && may_be_preempted(index, type)) standing.victims.push_back(index);
  }

  [[nodiscard]] bool may_be_preempted(std::size_t index, const MachinetypeSettings& type) const {
    const Machine& machine = fleet_.machines[index];
    if (!type.preemptible_grace || leaving_.is_told_now(index) || machine.deletion_order) return false;
    const TimePoint end = preempted_end(now_, *grace_of(machine, &type));
    return end < later(*machine.started, type.max_wallclock);  // else its own end comes first
  }

  /// Machines without a share that cannot be preempted are out of the reckoning.
  void set_fair_weights() {
    double all = 0;
    double shares = 0;
    for (std::size_t i = 0; i < types_.size(); ++i) {
      const MachinetypeSettings& type = settings_.machinetypes[i];
      if (has_share(type)) shares += type.target_share;
      if (has_share(type) || type.preemptible_grace) all += input_.tally.machinetypes[i].weight;
    }
    for (std::size_t i = 0; i < types_.size(); ++i) {
      const MachinetypeSettings& type = settings_.machinetypes[i];
      if (has_share(type)) types_[i].fair_weight = all * (type.target_share / shares);
    }
  }

  bool finds_work(std::size_t index) {
    const MachinetypeSettings& type = settings_.machinetypes[index];
    if (!has_share(type) || hold_of(input_.cycle, index) != nullptr) return false;
    if (backoff_of(type, input_.last_aborts[index], now_).phase != BackoffPhase::none) return false;
    types_[index].flavor =
        choose_flavor(type, settings_.zones, fleet_.flavors, input_.build_failures, now_).flavor;
    return types_[index].flavor != nullptr;
  }

  [[nodiscard]] std::size_t pick_neediest_of_all() const {
    return *std::ranges::min_element(needy_, {}, [&](std::size_t index) {
      return weighted_count(types_[index].weight, settings_.machinetypes[index]);
    });
  }

  [[nodiscard]] double weight_of_next(std::size_t index) const {
    return weight_of_new(types_[index].flavor->processors, settings_.machinetypes[index]);
  }

  /// Whether one more machine would still be within its share.
  [[nodiscard]] bool is_short(std::size_t index) const {
    const Standing& type = types_[index];
    if (!type.is_proven && type.staying > 0) return false;
    return type.weight + weight_of_next(index) <= type.fair_weight * (1 + kRounding);
  }

  /// Finds room for one more machine, by preempting where there is none; false where none can be had.
  bool give_room(std::size_t index) {
    Standing& type = types_[index];
    Limits room = room_;
    std::vector<std::size_t> chosen;
    std::int64_t freed = 0;
    while (const auto hit = room.hit_by(index, *type.flavor)) {
      const bool others_can_help = hit->reason == WaitReason::space_limit || hit->reason == WaitReason::quota;
      const auto from = others_can_help ? richest_but(index) : std::nullopt;
      if (!from) return give_back(chosen);
      chosen.push_back(take_victim(*from));
      room.release(fleet_.machines[chosen.back()], *from);
      freed += processors_of(fleet_.machines[chosen.back()]);
    }
    if (!chosen.empty() && !allowance_.has_room_for(static_cast<int>(freed))) return give_back(chosen);
    if (!chosen.empty()) allowance_.take(static_cast<int>(freed));
    room.take(index, *type.flavor);
    room_ = std::move(room);
    if (room_now_.hit_by(index, *type.flavor)) {
      plan_.machinetypes[index].gains = true;
    } else {
      room_now_.take(index, *type.flavor);
    }
    type.weight += weight_of_next(index);
    ++type.staying;
    for (const std::size_t victim : chosen) tell(victim, index);
    return true;
  }

  /// The preemptible machinetype that is most above its share and stays at it without its next victim.
  [[nodiscard]] std::optional<std::size_t> richest_but(std::size_t index) {
    std::optional<std::size_t> richest;
    double most = 0;
    for (std::size_t i = 0; i < types_.size(); ++i) {
      if (i == index) continue;
      while (!types_[i].victims.empty() && !stays_at_share_without(types_[i].victims.back(), i))
        types_[i].victims.pop_back();
      if (types_[i].victims.empty()) continue;
      const double share = settings_.machinetypes[i].target_share;
      const double count = has_share(settings_.machinetypes[i]) ? types_[i].weight / share : HUGE_VAL;
      if (!richest || count > most) {
        richest = i;
        most = count;
      }
    }
    return richest;
  }

  [[nodiscard]] bool stays_at_share_without(std::size_t victim, std::size_t index) const {
    const double left =
        types_[index].weight - weight_of(fleet_.machines[victim], settings_.machinetypes[index]);
    return left >= types_[index].fair_weight * (1 - kRounding) - kRounding;
  }

  std::size_t take_victim(std::size_t index) {
    const std::size_t victim = types_[index].victims.back();
    types_[index].victims.pop_back();
    types_[index].weight -= weight_of(fleet_.machines[victim], settings_.machinetypes[index]);
    return victim;
  }

  bool give_back(const std::vector<std::size_t>& chosen) {
    for (auto victim = chosen.rbegin(); victim != chosen.rend(); ++victim) {
      const Machine& machine = fleet_.machines[*victim];
      const std::size_t index = position(*machine.machinetype);
      types_[index].victims.push_back(*victim);
      types_[index].weight += weight_of(machine, settings_.machinetypes[index]);
    }
    return false;
  }

  void tell(std::size_t victim, std::size_t gainer) {
    const Machine& machine = fleet_.machines[victim];
    const std::size_t index = position(*machine.machinetype);
    const TimePoint end = preempted_end(now_, *grace_of(machine, &settings_.machinetypes[index]));
    note_end(index, end);
    if (machine.managed_by == ManagedBy::others) return;  // who acts on it comes to the same
    plan_.announcements.push_back({victim, end, ShutdownCause::preemption,
                                   fmt::format("machinetype {} finds work and is below its share",
                                               settings_.machinetypes[gainer].name)});
  }

  void note_end(std::size_t index, TimePoint end) {
    PreemptionStanding& standing = plan_.machinetypes[index];
    ++standing.ending;
    standing.last_end = std::max(standing.last_end.value_or(end), end);
    plan_.last_end = std::max(plan_.last_end.value_or(end), end);
  }

  const CreationInput& input_;
  const Fleet& fleet_;
  const SpaceSettings& settings_;
  TimePoint now_;
  LeavingMachines leaving_;
  Limits room_now_;
  Limits room_;               ///< once all have left who are leaving
  CycleAllowance allowance_;  ///< of what is preempted in one cycle
  std::vector<Standing> types_;
  std::vector<std::size_t> needy_;
  PreemptionPlan plan_;
};

bool may_preempt(const PlanInput& input) {
  if (input.settings.no_delete || input.fleet.deletions_held || input.creations == Creations::held)
    return false;
  if (input.settings.shutdown_time && input.now >= *input.settings.shutdown_time) return false;
  return std::ranges::any_of(input.settings.machinetypes, [](const MachinetypeSettings& type) {
    return type.preemptible_grace.has_value();
  });
}

}  // namespace

TimePoint preempted_end(TimePoint now, Seconds grace) {
  return later(later(now, kTellingTime), grace);
}

std::optional<Seconds> grace_of(const Machine& machine, const MachinetypeSettings* type) {
  const bool is_preemptible = type && type->preemptible_grace;
  if (!is_preemptible) return machine.promised_grace;
  return std::max(*type->preemptible_grace, machine.promised_grace.value_or(Seconds{0}));
}

PreemptionPlan plan_preemptions(const CreationInput& input, const Plan& plan) {
  if (!may_preempt(input.cycle)) return {};
  return PreemptionLoop(input, plan).run();
}

std::string preemption_words(const PreemptionPlan& preemptions, std::size_t machinetype, WaitReason wait) {
  if (machinetype >= preemptions.machinetypes.size()) return {};
  const PreemptionStanding& standing = preemptions.machinetypes[machinetype];
  if (standing.ending > 0) {
    return fmt::format("; {} of its machines {} told to end for others' shares, the last at {}",
                       standing.ending, standing.ending == 1 ? "was" : "were",
                       format_iso8601(*standing.last_end));
  }
  const bool waits_for_room = wait == WaitReason::space_limit || wait == WaitReason::quota;
  if (!standing.gains || !waits_for_room || !preemptions.last_end) return {};
  return fmt::format("; it is below its share: preemptible machines end for it, the last at {}",
                     format_iso8601(*preemptions.last_end));
}

}  // namespace vacuum
