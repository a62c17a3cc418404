#include "policy/judging.hpp"

#include <fmt/format.h>

#include "policy/durations.hpp"

namespace vacuum {
namespace {

constexpr int kAskedByHost = 100;

Judgement judge_message(const ShutdownMessage& message) {
  if (is_abort_code(message.code)) return {Verdict::abort, to_string(message)};
  if (message.code < 300) return {Verdict::success, to_string(message)};
  return {Verdict::no_verdict, to_string(message)};
}

Judgement judge_life(Seconds ran, Seconds fizzle) {
  const std::string what = fmt::format("no message after {}", format_duration(ran));
  if (ran >= fizzle) return {Verdict::success, what};
  return {Verdict::abort, fmt::format("{} (fizzle_seconds is {})", what, fizzle.count())};
}

Judgement judge_silent(const Machine& machine, const MachineTimes& times, Seconds fizzle) {
  if (machine.deleted) return {Verdict::no_verdict, "no message: its deletion was asked for"};
  const TimePoint stopped = times.stopped.value_or(machine.created);
  if (times.started) return judge_life(elapsed(*times.started, stopped), fizzle);
  // It shut down between two looks, so it ran, for less than its whole age.
  const Seconds age = elapsed(machine.created, stopped);
  if (machine.state == MachineState::shutdown && age < fizzle) return judge_life(age, fizzle);
  if (machine.fault)
    return {Verdict::no_verdict,
            fmt::format("{} fault: {}", to_string(machine.fault->kind), machine.fault->text)};
  return {Verdict::no_verdict, "no message, and it was never seen running"};
}

/// What it says while it is being ended, or how short it lived, is not about work.
Judgement judge_ordered(const Machine& machine) {
  const Order& given = *machine.deletion_order;
  const std::string order =
      fmt::format("deletion by {}{}", given.by.empty() ? "an operator" : "operator " + given.by,
                  given.reason.empty() ? "" : ": " + given.reason);
  const bool spoke = machine.shutdown_message && machine.shutdown_message->code != kAskedByHost;
  return {Verdict::no_verdict,
          spoke ? fmt::format("{}; it said {}", order, to_string(*machine.shutdown_message)) : order};
}

Judgement without_machinetype(Judgement judgement) {
  return {Verdict::no_verdict, judgement.reason + "; its machinetype is not configured"};
}

}  // namespace

Judgement judge(const Machine& machine, const MachineTimes& times, const MachinetypeSettings* type) {
  if (machine.deleted && machine.deletion_order) return judge_ordered(machine);
  Judgement judgement = machine.shutdown_message
                            ? judge_message(*machine.shutdown_message)
                            : judge_silent(machine, times, type ? type->fizzle : Seconds{0});
  return type ? judgement : without_machinetype(std::move(judgement));
}

Judgement judge_vanished(const Machine& machine, const MachinetypeSettings* type) {
  if (machine.deleted && machine.deletion_order) return judge_ordered(machine);
  if (!machine.shutdown_message) return {Verdict::no_verdict, "no message: it vanished from the cloud"};
  Judgement judgement = judge_message(*machine.shutdown_message);
  return type ? judgement : without_machinetype(std::move(judgement));
}

}  // namespace vacuum
