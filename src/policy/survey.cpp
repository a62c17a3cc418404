#include "policy/survey.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "policy/accounting.hpp"
#include "policy/adoption.hpp"
#include "policy/backoff.hpp"
#include "policy/deletions.hpp"
#include "policy/durations.hpp"
#include "policy/judging.hpp"
#include "policy/shutdown_announcement.hpp"

namespace vacuum {

void Oddity::add(const MachineName& name) {
  if (count < first.size()) first[count] = &name;
  ++count;
}

std::string Oddity::describe(std::string_view what) const {
  std::string text = fmt::format("{} {} {}: ", count, count == 1 ? "machine" : "machines", what);
  for (std::size_t i = 0; i < std::min(count, first.size()); ++i) text += (i ? ", " : "") + first[i]->text();
  if (count > first.size()) text += fmt::format(" and {} more", count - first.size());
  return text;
}

Survey::Survey(const PlanInput& input)
    : last_aborts(input.fleet.last_aborts), tally(input.settings.machinetypes.size()), input_(input) {
  last_aborts.resize(input.settings.machinetypes.size());
}

void Survey::look_at_all() {
  for (std::size_t i = 0; i < input_.fleet.machines.size(); ++i) look_at(i);
}

void Survey::look_at(std::size_t index) {
  const Machine& machine = input_.fleet.machines[index];
  const TimePoint now = input_.now;
  const MachinetypeSettings* type = machinetype_of(machine, input_.settings);
  const MachineTimes times = machine_times(machine, now);
  if (!is_kept_for_accounting(machine, input_.settings, now)) tally.add(index, machine, times, type, now);
  if (machine.managed_by == ManagedBy::others) return;
  if (machine.state == MachineState::unlisted) {
    if (is_gone(machine, input_.settings, now)) archive(index, type);
    return;
  }
  if (needs_adoption(machine)) actions.push_back(AdoptMachine{index, adoption_reason(machine)});
  if (times.started && !machine.started) actions.push_back(MarkStarted{index, *times.started});
  if (is_to_be_judged(machine)) judge_end(index, times, type);
  account(index, times.started, times.stopped, type);
  if (const auto end = shutdown_to_announce(machine, input_.settings, now)) {
    actions.push_back(AnnounceShutdown{index, *end});
  }
  const auto reason = reason_to_delete(machine, times, input_.settings, type, now);
  if (reason && may_ask_for_deletion(machine, now))
    deletions.push_back({index, *reason, message_of(*reason, machine)});
  note_oddities(machine);
}

void Survey::judge_end(std::size_t index, const MachineTimes& times, const MachinetypeSettings* type) {
  Judgement judgement = judge(input_.fleet.machines[index], times, type);
  mark_stopped({index, *times.stopped, judgement.verdict, std::move(judgement.reason)});
}

void Survey::archive(std::size_t index, const MachinetypeSettings* type) {
  const Machine& machine = input_.fleet.machines[index];
  const std::optional<TimePoint> started = start_of_vanished(machine);
  if (started && !machine.started) actions.push_back(MarkStarted{index, *started});
  std::optional<TimePoint> stopped = machine.stopped;
  if (!stopped && started) {
    stopped = time_of_vanishing(machine, type, input_.now);
    Judgement judgement = judge_vanished(machine, type);
    mark_stopped({index, *stopped, judgement.verdict, std::move(judgement.reason)});
  }
  if (account(index, started, stopped, type) == Accounting::done)
    actions.push_back(ArchiveRecord{index, archive_reason(machine)});
}

Survey::Accounting Survey::account(std::size_t index, std::optional<TimePoint> started,
                                   std::optional<TimePoint> stopped, const MachinetypeSettings* type) {
  const auto due = accounting_due(index, input_.fleet.machines[index], started, stopped, type);
  if (!due) return Accounting::done;
  if (accounted_ >= kAccountedPerCycle) return Accounting::waits;
  ++accounted_;
  actions.push_back(*due);
  return Accounting::done;
}

void Survey::mark_stopped(MarkStopped stopped) {
  if (stopped.verdict == Verdict::abort) {
    const Machine& machine = input_.fleet.machines[stopped.machine];
    note_abort(last_aborts[position(*machine.machinetype)], {stopped.stopped, machine.name, stopped.reason});
  }
  actions.push_back(std::move(stopped));
}

void Survey::note_oddities(const Machine& machine) {
  if (is_deletion_stuck(machine, input_.now)) stuck_.add(machine.name);
  if (machine.state != MachineState::unknown) return;
  const TimePoint since = machine.cloud_updated.value_or(machine.started.value_or(machine.created));
  if (elapsed(since, input_.now) > kUnknownForLong) unknown_.add(machine.name);
}

std::vector<std::string> Survey::notes() const {
  std::vector<std::string> notes;
  if (stuck_.count)
    notes.push_back(stuck_.describe("still listed more than an hour after the cloud accepted the deletion"));
  if (unknown_.count) notes.push_back(unknown_.describe("in an unknown state for more than an hour"));
  return notes;
}

}  // namespace vacuum
