#include "policy/ramp.hpp"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include "policy/durations.hpp"
#include "policy/tally.hpp"

namespace vacuum {
namespace {

constexpr std::int64_t kWholeLimit = 1'000'000;

std::int64_t fixed_step(const SpaceSettings& settings) {
  return std::int64_t{std::clamp(settings.max_created_percent, 0, 100)} * (kWholeLimit / 100);
}

std::int64_t bounded(std::int64_t step, const SpaceSettings& settings) {
  return std::clamp(step, fixed_step(settings) / kLeastPartOfFixedStep, kWholeLimit);
}

Ramp fixed_ramp(const SpaceSettings& settings, TimePoint now, std::string why) {
  return {.step_millionths = fixed_step(settings), .since = now, .set_back = {}, .why = std::move(why)};
}

void halve(Ramp& ramp, const SpaceSettings& settings, TimePoint now, std::string_view why) {
  const std::int64_t before = bounded(ramp.step_millionths, settings);
  ramp.step_millionths = bounded(before / 2, settings);
  ramp.since = now;
  ramp.set_back = now;
  ramp.why = fmt::format("{}: {}", ramp.step_millionths < before ? "halved" : "kept low", why);
}

/// What proves that a machine which the step since then let come has found work: it runs for long enough, or
/// it did its work and ended. Empty for none.
std::string find_proof(const PlanInput& input, const Plan& plan, TimePoint since) {
  if (since >= input.now) return {};  // it begins with this cycle: nothing came of it yet
  for (const Machine& machine : input.fleet.machines) {
    const MachinetypeSettings* type = machinetype_of(machine, input.settings);
    if (!type || machine.state != MachineState::running || machine.created < since || !machine.started)
      continue;
    const Seconds ran = elapsed(*machine.started, input.now);
    if (ran >= type->fizzle) return fmt::format("{} has run for {}", machine.name, format_duration(ran));
  }
  for (const Action& action : plan.actions) {
    const auto* stopped = std::get_if<MarkStopped>(&action);
    if (!stopped || stopped->verdict != Verdict::success) continue;
    const Machine& machine = input.fleet.machines[stopped->machine];
    if (machinetype_of(machine, input.settings) && machine.created >= since)
      return fmt::format("{} ended with {}", machine.name, stopped->reason);
  }
  return {};
}

/// Whether the end of this machine is not what its machinetype's last abort has told already.
bool tells_something_new(const Machine& machine, const PlanInput& input) {
  const MachinetypeSettings* type = machinetype_of(machine, input.settings);
  if (!type) return false;
  const std::size_t index = position(*machine.machinetype);
  const bool known = index < input.fleet.last_aborts.size() && input.fleet.last_aborts[index];
  if (!known) return true;
  return machine.created >= later(later(input.fleet.last_aborts[index]->time, type->backoff), type->fizzle);
}

/// Why the step is to be halved; empty for no reason.
std::string find_setback(const PlanInput& input, const Plan& plan, std::span<const BuildAttempt> attempts,
                         const std::optional<TimePoint>& last) {
  for (const Action& action : plan.actions) {
    const auto* stopped = std::get_if<MarkStopped>(&action);
    if (!stopped || stopped->verdict != Verdict::abort) continue;
    const Machine& machine = input.fleet.machines[stopped->machine];
    if (tells_something_new(machine, input))
      return fmt::format("{} ended with {}", machine.name, stopped->reason);
  }
  const auto failed = std::ranges::find_if(attempts, [&](const BuildAttempt& attempt) {
    return attempt.fault && (!last || attempt.begun >= *last);
  });
  if (failed == attempts.end()) return {};
  return fmt::format("a build with flavor {} failed: {} fault: {}", failed->flavor,
                     to_string(failed->fault->kind), failed->fault->text);
}

void double_or_confirm(Ramp& ramp, const PlanInput& input, const Plan& plan) {
  const bool at_most = ramp.step_millionths >= kWholeLimit;
  if (at_most && elapsed(ramp.since, input.now) < kStepConfirmedEvery) return;
  const std::string proof = find_proof(input, plan, ramp.since);
  if (proof.empty()) return;
  ramp.step_millionths = bounded(ramp.step_millionths * 2, input.settings);
  ramp.since = input.now;
  ramp.why = fmt::format("{}: {}", at_most ? "confirmed" : "doubled", proof);
}

}  // namespace

CycleStep cycle_step(const SpaceSettings& settings, const std::optional<Ramp>& ramp) {
  const std::int64_t fixed = fixed_step(settings);
  if (settings.ramp == RampKind::fixed || !ramp) return {fixed, fixed};
  return {bounded(ramp->step_millionths, settings), fixed};
}

std::optional<Ramp> ramp_after(const PlanInput& input, const Plan& plan,
                               std::span<const BuildAttempt> attempts) {
  const SpaceSettings& settings = input.settings;
  if (settings.ramp == RampKind::fixed) return std::nullopt;
  const std::optional<Ramp>& known = input.fleet.ramp;
  Ramp ramp = known ? *known : fixed_ramp(settings, input.now, "begins at max_created_percent");
  if (elapsed(ramp.since, input.now) > kStepKept) {
    ramp = fixed_ramp(settings, input.now, "back at max_created_percent: nothing has confirmed it for a day");
  }
  ramp.step_millionths = bounded(ramp.step_millionths, settings);
  ramp.since = std::min(ramp.since, input.now);  // another manager's clock may be ahead
  if (ramp.set_back) ramp.set_back = std::min(*ramp.set_back, input.now);
  const std::string setback = find_setback(input, plan, attempts, ramp.set_back);
  if (setback.empty()) {
    double_or_confirm(ramp, input, plan);
  } else {
    halve(ramp, settings, input.now, setback);
  }
  return ramp;
}

Ramp ramp_after_cloud_error(Ramp ramp, const SpaceSettings& settings, const std::string& error,
                            TimePoint planned_at, TimePoint now) {
  if (ramp.set_back && *ramp.set_back >= planned_at) return ramp;
  halve(ramp, settings, now, "a creation failed: " + error);
  return ramp;
}

}  // namespace vacuum
