#include "policy/explanations.hpp"

#include <fmt/format.h>

#include "policy/durations.hpp"

namespace vacuum {
namespace {

/// "10:03:12Z", with the day where it is not today's.
std::string clock_text(TimePoint time, TimePoint now) {
  constexpr std::size_t kDayLength = 11;  // "2026-11-22T"
  const std::string text = format_iso8601(time);
  return text.compare(0, kDayLength, format_iso8601(now), 0, kDayLength) == 0 ? text.substr(kDayLength)
                                                                              : text;
}

std::string after_abort(const std::optional<LastAbort>& abort, TimePoint now) {
  if (!abort) return {};
  const std::string when = clock_text(abort->time, now);
  if (abort->machine.empty()) return fmt::format("after the abort at {}", when);
  return fmt::format("after {} ended with {} at {}", abort->machine, abort->message, when);
}

/// What an adaptive ramp adds to its step being used up.
std::string ramp_words(const CreationInput& input) {
  if (!input.ramp) return {};
  return fmt::format("; the ramp is at {} of the limit since {}, {}", step_text(*input.ramp),
                     clock_text(input.ramp->since, input.cycle.now), input.ramp->why);
}

std::string explain_limit(const Outcome& outcome, const MachinetypeSettings& type,
                          const CreationInput& input) {
  const LimitHit& hit = *outcome.hit;
  const std::int64_t limit = hit.budget.limit.value_or(0);
  if (outcome.kept_for) {
    return fmt::format(
        "the room that is left is kept for machinetype {}, which is below its share and needs more",
        input.cycle.settings.machinetypes[*outcome.kept_for].name);
  }
  const auto sentence = [&](std::string_view subject) {
    return fmt::format("{} {} reached ({} in use, {} needs {})", subject, outcome.created > 0 ? "was" : "is",
                       hit.budget.used, outcome.flavor->name, hit.needed);
  };
  switch (outcome.wait) {
    case WaitReason::machinetype_limit:
      return sentence(fmt::format("its processors_limit of {}", limit));
    case WaitReason::starting_limit:
      return sentence(fmt::format("its max_starting_processors of {}", *type.max_starting_processors));
    case WaitReason::space_limit:
      return sentence(fmt::format("the space's limit of {} processors", limit));
    case WaitReason::quota:
      return sentence(fmt::format("the cloud's quota of {} {}", limit, hit.budget.what));
    default:
      return fmt::format("what one cycle may create was reached ({} of {} processors, {} needs {}){}",
                         hit.budget.used, limit, outcome.flavor->name, hit.needed, ramp_words(input));
  }
}

std::string explain_probing(const Outcome& outcome, std::size_t machinetype, const CreationInput& input) {
  const TimePoint now = input.cycle.now;
  const std::string abort = after_abort(input.last_aborts[machinetype], now);
  const std::string until = clock_text(outcome.wait_until.value_or(now), now);
  const auto fizzle = format_duration(input.cycle.settings.machinetypes[machinetype].fizzle);
  if (outcome.created > 0) {
    return fmt::format("one machine probes for work {}; until {} the next one waits for it to run for {}",
                       abort, until, fizzle);
  }
  const std::size_t unproven = input.tally.machinetypes[machinetype].unproven.value_or(0);
  return fmt::format("probing for work until {} {}: waits for {} to run for {}", until, abort,
                     input.cycle.fleet.machines[unproven].name, fizzle);
}

std::string explain_build_failures(const Outcome& outcome, TimePoint now) {
  const BuildFailures& run = *outcome.failures;
  return fmt::format("flavor {}{} waits {} more after builds failed in {} {}: {} fault: {}", run.flavor,
                     run.zone ? " in zone " + run.zone->text() : "",
                     format_duration(elapsed(now, outcome.wait_until.value_or(now))), run.consecutive,
                     run.consecutive == 1 ? "cycle" : "cycles in a row", to_string(run.fault.kind),
                     run.fault.text);
}

std::string explain_no_flavor(const MachinetypeSettings& type) {
  if (type.flavors.empty()) return "no flavor_names are configured for it";
  std::string names;
  for (const FlavorName& flavor : type.flavors) names += (names.empty() ? "" : ", ") + flavor.text();
  const std::string most = type.max_processors ? fmt::format(" to {}", *type.max_processors) : " or more";
  return fmt::format("the cloud has none of its flavors ({}) with {}{} processors", names,
                     type.min_processors, most);
}

std::string explain_wait(const Outcome& outcome, std::size_t machinetype, const CreationInput& input) {
  const PlanInput& cycle = input.cycle;
  const MachinetypeSettings& type = cycle.settings.machinetypes[machinetype];
  switch (outcome.wait) {
    case WaitReason::none:
      return "nothing holds back more";
    case WaitReason::no_share:
      return "its target_share is 0: none is created";
    case WaitReason::space_shutdown:
      return fmt::format("the space's shutdown_time {} has come: none is created",
                         format_iso8601(cycle.settings.shutdown_time.value_or(cycle.now)));
    case WaitReason::creations_held:
      return "creations are held" + (cycle.held_because.empty() ? "" : ": " + cycle.held_because);
    case WaitReason::draining:
    case WaitReason::not_ready: {
      const auto* hold = hold_of(cycle, machinetype);
      return hold != nullptr ? hold->why : std::string();
    }
    case WaitReason::backing_off:
      return fmt::format("backing off {} more {}", format_duration(elapsed(cycle.now, *outcome.wait_until)),
                         after_abort(input.last_aborts[machinetype], cycle.now));
    case WaitReason::probing:
      return explain_probing(outcome, machinetype, input);
    case WaitReason::no_flavor:
      return explain_no_flavor(type);
    case WaitReason::build_failures:
      return explain_build_failures(outcome, cycle.now);
    case WaitReason::machinetype_limit:
    case WaitReason::starting_limit:
    case WaitReason::space_limit:
    case WaitReason::quota:
    case WaitReason::cycle_limit:
      break;
  }
  return explain_limit(outcome, type, input);
}

}  // namespace

std::string explain(const Outcome& outcome, std::size_t machinetype, const CreationInput& input) {
  const std::string wait = explain_wait(outcome, machinetype, input);
  if (outcome.created == 0) return wait;
  const bool ended_it = outcome.wait != WaitReason::probing;
  return fmt::format("created {}; {}{}", outcome.created, ended_it ? "then " : "", wait);
}

}  // namespace vacuum
