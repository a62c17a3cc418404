#include "policy/creations.hpp"

#include <fmt/format.h>

#include <limits>

#include "policy/backoff.hpp"
#include "policy/build_failures.hpp"
#include "policy/cycle_allowance.hpp"
#include "policy/division.hpp"
#include "policy/flavor_choice.hpp"
#include "policy/fresh_names.hpp"
#include "policy/ramp.hpp"
#include "policy/shares.hpp"
#include "policy/zone_draw.hpp"

namespace vacuum {
namespace {

RandomStream child_of(RandomStream& random) {
  return RandomStream{random.below(std::numeric_limits<std::uint64_t>::max())};
}

/// The creation loop of one plan. Each kind of random choice has a stream of its own.
class CreationLoop {
 public:
  CreationLoop(const CreationInput& input, RandomStream& random)
      : input_(input),
        fleet_(input.cycle.fleet),
        settings_(input.cycle.settings),
        limits_(fleet_, settings_, input.tally),
        allowance_(processors_limit_in_force(settings_, fleet_.quota),
                   input.tally.processors + fleet_.foreign.processors, cycle_step(settings_, input.ramp)),
        ties_(child_of(random)),
        zones_(child_of(random)),
        names_(child_of(random)),
        choices_(settings_.machinetypes.size()),
        probing_(settings_.machinetypes.size()) {
    const Division& division = input.cycle.division;
    allowance_.divide(division.managers, created_by_others(fleet_, division, input.cycle.now));
    plan_.outcomes.resize(settings_.machinetypes.size());
  }

  CreationPlan run() {
    for (std::size_t i = 0; i < settings_.machinetypes.size(); ++i) admit(i);
    while (!contenders_.empty()) give_next();
    give_fresh_names(plan_.machines, fleet_, settings_, names_);
    return std::move(plan_);
  }

 private:
  /// Lets a machinetype take part, or notes what it waits for.
  void admit(std::size_t index) {
    Outcome& outcome = plan_.outcomes[index];
    outcome.weight = input_.tally.machinetypes[index].weight;
    outcome.wait = obstacle(index, outcome);
    if (outcome.wait == WaitReason::none) {
      contenders_.push_back({index, weighted_count(outcome.weight, settings_.machinetypes[index])});
    }
  }

  WaitReason obstacle(std::size_t index, Outcome& outcome) {
    const MachinetypeSettings& type = settings_.machinetypes[index];
    const TimePoint now = input_.cycle.now;
    if (!has_share(type)) return WaitReason::no_share;
    if (settings_.shutdown_time && now >= *settings_.shutdown_time) return WaitReason::space_shutdown;
    if (input_.cycle.creations == Creations::held) return WaitReason::creations_held;
    if (const auto* hold = hold_of(input_.cycle, index)) return hold->wait;
    const Backoff backoff = backoff_of(type, input_.last_aborts[index], now);
    if (backoff.phase != BackoffPhase::none) outcome.wait_until = backoff.until;
    if (backoff.phase == BackoffPhase::backing_off) return WaitReason::backing_off;
    probing_[index] = backoff.phase == BackoffPhase::probing;
    if (probing_[index] && input_.tally.machinetypes[index].unproven) return WaitReason::probing;
    outcome.wait_until.reset();
    return obstacle_of_flavors(index, outcome);
  }

  WaitReason obstacle_of_flavors(std::size_t index, Outcome& outcome) {
    choices_[index] = choose_flavor(settings_.machinetypes[index], settings_.zones, fleet_.flavors,
                                    input_.build_failures, input_.cycle.now);
    outcome.flavor = choices_[index].flavor;
    if (choices_[index].wait == WaitReason::build_failures) {
      outcome.failures = choices_[index].failures;
      outcome.wait_until = build_wait_end(*outcome.failures);
    }
    return choices_[index].wait;
  }

  void give_next() {
    const std::size_t at = pick_neediest(contenders_, ties_);
    const std::size_t index = contenders_[at].machinetype;
    const Flavor& flavor = *choices_[index].flavor;
    if (const auto hit = limits_.hit_by(index, flavor)) {
      note_hit(index, *hit);
      drop(at, hit->reason);
    } else if (!allowance_.has_room_for(flavor.processors)) {
      stop_all();
    } else {
      create(contenders_[at]);
      if (probing_[index]) drop_probing(at);
    }
  }

  void note_hit(std::size_t index, const LimitHit& hit) {
    Outcome& outcome = plan_.outcomes[index];
    outcome.hit = hit;
    if (hit.reason != WaitReason::space_limit && hit.reason != WaitReason::quota) return;
    if (kept_for_) {
      if (!without_kept_->hit_by(index, *choices_[index].flavor)) outcome.kept_for = kept_for_;
    } else if (is_owed_room(index)) {
      kept_for_ = index;
      without_kept_ = limits_;
      limits_.take(index, *choices_[index].flavor);
    }
  }

  /// Whether the room that becomes free is to be kept until there is enough for its next machine: else the
  /// small machines of others take it bit by bit, and a large one never gets its turn.
  [[nodiscard]] bool is_owed_room(std::size_t index) const {
    const MachinetypeSettings& type = settings_.machinetypes[index];
    const Flavor& flavor = *choices_[index].flavor;
    const double next = plan_.outcomes[index].weight + weight_of_new(flavor.processors, type);
    return next <= fair_weight(index) && fits_alone(fleet_, settings_, input_.tally, flavor);
  }

  /// Its share of what all machinetypes with a share have now.
  [[nodiscard]] double fair_weight(std::size_t index) const {
    double weight = 0;
    double shares = 0;
    for (std::size_t i = 0; i < settings_.machinetypes.size(); ++i) {
      if (!has_share(settings_.machinetypes[i])) continue;
      weight += plan_.outcomes[i].weight;
      shares += settings_.machinetypes[i].target_share;
    }
    return weight * (settings_.machinetypes[index].target_share / shares);
  }

  void create(Contender& contender) {
    const std::size_t index = contender.machinetype;
    const MachinetypeSettings& type = settings_.machinetypes[index];
    const Flavor& flavor = *choices_[index].flavor;
    plan_.machines.push_back({.machinetype = MachinetypeIndex(index),
                              .flavor = flavor,
                              .zone = draw_zone(choices_[index].zones, zones_),
                              .hs06 = hs06_of_new(flavor.processors, type),
                              .shutdown_time = settings_.shutdown_time,
                              .reason = reason_for(contender)});
    limits_.take(index, flavor);
    allowance_.take(flavor.processors);
    Outcome& outcome = plan_.outcomes[index];
    ++outcome.created;
    outcome.weight += weight_of_new(flavor.processors, type);
    contender.weighted_count = weighted_count(outcome.weight, type);
  }

  [[nodiscard]] std::string reason_for(const Contender& contender) const {
    if (probing_[contender.machinetype]) return "one machine to probe for work";
    return fmt::format("lowest weighted count: {:.6g}", contender.weighted_count);
  }

  void drop(std::size_t at, WaitReason wait) {
    plan_.outcomes[contenders_[at].machinetype].wait = wait;
    contenders_.erase(contenders_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  void drop_probing(std::size_t at) {
    const std::size_t index = contenders_[at].machinetype;
    plan_.outcomes[index].wait_until =
        backoff_of(settings_.machinetypes[index], input_.last_aborts[index], input_.cycle.now).until;
    drop(at, WaitReason::probing);
  }

  /// The allowance is the whole space's: a smaller flavor's machinetype does not overtake the one whose turn
  /// it is. Who would have been stopped by a limit of longer life is told that.
  void stop_all() {
    for (const Contender& contender : contenders_) {
      Outcome& outcome = plan_.outcomes[contender.machinetype];
      const Flavor& flavor = *choices_[contender.machinetype].flavor;
      outcome.hit = limits_.hit_by(contender.machinetype, flavor).value_or(allowance_hit(flavor));
      outcome.wait = outcome.hit->reason;
    }
    contenders_.clear();
  }

  [[nodiscard]] LimitHit allowance_hit(const Flavor& flavor) const {
    return {
        WaitReason::cycle_limit, {"processors", allowance_.allowed(), allowance_.taken()}, flavor.processors};
  }

  const CreationInput& input_;
  const Fleet& fleet_;
  const SpaceSettings& settings_;
  Limits limits_;
  CycleAllowance allowance_;
  RandomStream ties_;
  RandomStream zones_;
  RandomStream names_;
  std::vector<FlavorChoice> choices_;
  std::vector<bool> probing_;
  std::vector<Contender> contenders_;
  std::optional<std::size_t> kept_for_;  ///< the machinetype that the rest of the room is kept for
  std::optional<Limits> without_kept_;   ///< as if none were kept
  CreationPlan plan_;
};

}  // namespace

CreationPlan plan_creations(const CreationInput& input, RandomStream& random) {
  return CreationLoop(input, random).run();
}

}  // namespace vacuum
