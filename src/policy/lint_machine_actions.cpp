#include <algorithm>

#include "policy/lint_findings.hpp"

namespace vacuum {
namespace {

/// What the plan has done to a machine so far.
struct Done {
  bool adopted = false;
  std::optional<TimePoint> started;
  std::optional<TimePoint> stopped;
  bool accounted = false;
  bool deleted = false;
  bool archived = false;
  bool announced = false;
};

/// Goes through the actions in their order.
class MachineActionsLint {
 public:
  MachineActionsLint(const PlanInput& input, LintFindings& findings)
      : fleet_(input.fleet),
        settings_(input.settings),
        now_(input.now),
        findings_(findings),
        done_(input.fleet.machines.size()) {}

  void operator()(const AdoptMachine& action) {
    const Machine& machine = fleet_.machines[action.machine];
    expect(machine, machine.managed_by == ManagedBy::us, "adopted although another manager does");
    expect(machine, machine.record == RecordState::absent && machine.state != MachineState::unlisted,
           "adopted although it has a record or is not listed");
    expect(machine, !std::exchange(done_[action.machine].adopted, true), "adopted twice");
    expect(machine, !action.reason.empty(), "adopted without a reason");
  }

  void operator()(const MarkStarted& action) {
    const Machine& machine = begin(action.machine);
    Done& done = done_[action.machine];
    expect(machine, !machine.started && !done.started, "marked started twice");
    expect(machine, action.started <= now_, "started in the future");
    const bool shows_itself = machine.heartbeat || machine.shutdown_message;
    const bool ran = machine.state == MachineState::running || is_over(machine.state) ||
                     (machine.state == MachineState::unlisted && shows_itself);
    expect(machine, ran, "started in state {}", to_string(machine.state));
    done.started = action.started;
  }

  void operator()(const MarkStopped& action) {
    const Machine& machine = begin(action.machine);
    Done& done = done_[action.machine];
    expect(machine, !machine.stopped && !done.stopped, "judged twice");
    done.stopped = action.stopped;
    expect(machine, is_over(machine.state) || machine.state == MachineState::unlisted, "judged in state {}",
           to_string(machine.state));
    const auto started = machine.started ? machine.started : done.started;
    const bool cloud_says = started && machine.cloud_started && machine.cloud_updated &&
                            action.stopped - *started <= *machine.cloud_updated - *machine.cloud_started;
    const TimePoint latest =
        std::max({now_, machine.heartbeat.value_or(now_), machine.deleted.value_or(now_)});
    expect(machine, action.stopped <= latest || cloud_says, "stopped in the future");
    expect(machine, !started || action.stopped >= *started || *started > now_, "stopped before it started");
    if (action.verdict == Verdict::abort) lint_abort(machine);
  }

  void operator()(const AccountMachine& action) {
    const Machine& machine = begin(action.machine);
    expect(machine, !machine.accounted && !std::exchange(done_[action.machine].accounted, true),
           "accounted twice");
    const auto stopped = stopped_of(action.machine);
    expect(machine, stopped == action.stopped, "accounted before its end was on record");
    expect(machine, started_of(action.machine) == action.started, "accounted before its start was on record");
    expect(machine, action.stopped - action.started >= fizzle_of(machine), "accounted for a life of {} s",
           (action.stopped - action.started).count());
    expect(machine, ++accounted_ <= 500, "accounted beyond what a cycle may");
  }

  void operator()(const DeleteMachine& action) {
    const Machine& machine = begin(action.machine);
    expect(machine, !std::exchange(done_[action.machine].deleted, true), "deleted twice");
    expect(machine, !settings_.no_delete, "deleted in spite of no_delete");
    expect(machine, !fleet_.deletions_held, "deleted although an operator holds all deletions");
    expect(machine, has_reason(action.reason, machine, started_of(action.machine)),
           "deleted in state {} for the reason {}, which does not hold", to_string(machine.state),
           to_string(action.reason));
    const bool asked_anew =
        machine.deleted && machine.deletion_order && machine.deletion_order->since > *machine.deleted;
    expect(machine, !machine.deleted || asked_anew || *machine.deleted < now_ - Seconds{3600},
           "deleted again within an hour");
    expect(machine, !machine.delete_retry_at || now_ >= *machine.delete_retry_at,
           "deleted before it may be retried");
  }

  void operator()(const ArchiveRecord& action) {
    const Machine& machine = begin(action.machine);
    expect(machine, !std::exchange(done_[action.machine].archived, true), "archived twice");
    expect(machine, machine.state == MachineState::unlisted, "archived while it is listed");
    expect(machine, machine.missed_listings >= 2, "archived after {} missed listings",
           machine.missed_listings);
    expect(machine, machine.created < now_ - settings_.create_window, "archived while it may still come up");
    const auto started = started_of(action.machine);
    const auto stopped = stopped_of(action.machine);
    const bool due = started && stopped && *stopped > *started && *stopped - *started >= fizzle_of(machine);
    expect(machine, !due || machine.accounted || done_[action.machine].accounted,
           "archived before it was accounted");
  }

  void operator()(const AnnounceShutdown& action) {
    const Machine& machine = begin(action.machine);
    expect(machine, !std::exchange(done_[action.machine].announced, true), "told twice of the shutdown");
    if (action.cause == ShutdownCause::space_end)
      expect(machine, action.shutdown_time == settings_.shutdown_time,
             "told a shutdown that is not the space's");
    expect(machine, !machine.shutdown_time || *machine.shutdown_time > action.shutdown_time,
           "told a later end than before");
  }

  void operator()(const CreateMachine&) { creating_ = true; }

 private:
  const Machine& begin(std::size_t index) {
    const Machine& machine = fleet_.machines[index];
    expect(machine, !creating_, "acted on after creations began");
    expect(machine, machine.managed_by == ManagedBy::us, "acted on although another manager does");
    expect(machine, machine.record == RecordState::present || done_[index].adopted,
           "acted on before its adoption");
    return machine;
  }

  [[nodiscard]] const MachinetypeSettings* type_of(const Machine& machine) const {
    const bool known = machine.machinetype && position(*machine.machinetype) < settings_.machinetypes.size();
    return known ? &settings_.machinetypes[position(*machine.machinetype)] : nullptr;
  }

  [[nodiscard]] std::optional<TimePoint> started_of(std::size_t index) const {
    return fleet_.machines[index].started ? fleet_.machines[index].started : done_[index].started;
  }

  [[nodiscard]] std::optional<TimePoint> stopped_of(std::size_t index) const {
    return fleet_.machines[index].stopped ? fleet_.machines[index].stopped : done_[index].stopped;
  }

  [[nodiscard]] Seconds fizzle_of(const Machine& machine) const {
    const MachinetypeSettings* type = type_of(machine);
    return type ? type->fizzle : Seconds{600};
  }

  void lint_abort(const Machine& machine) {
    expect(machine, type_of(machine) != nullptr, "an orphan was judged as an abort");
    expect(machine, !machine.deleted || !machine.deletion_order,
           "an operator's deletion was judged as an abort");
    if (!machine.shutdown_message)
      return expect(machine, !machine.deleted, "our deletion was judged as an abort");
    const int code = machine.shutdown_message->code;
    expect(machine, code >= 300 && code < 700, "judged as an abort with code {}", code);
  }

  [[nodiscard]] bool has_reason(DeleteReason reason, const Machine& machine,
                                std::optional<TimePoint> started) const {
    using enum MachineState;
    const MachinetypeSettings* type = type_of(machine);
    const bool alive = machine.state == starting || machine.state == running;
    switch (reason) {
      case DeleteReason::over:
        return machine.state == shutdown || machine.state == deleting;
      case DeleteReason::not_built:
        return machine.state == failed && !started && !machine.cloud_started;
      case DeleteReason::failed:
        return machine.state == failed && (started || machine.cloud_started);
      case DeleteReason::start_timeout:
        return machine.state == starting && !started && machine.created < now_ - settings_.max_starting;
      case DeleteReason::max_wallclock: {
        const Seconds most = type ? type->max_wallclock : machine.max_wallclock.value_or(Seconds{86400});
        return alive && started && *started < now_ - most;
      }
      case DeleteReason::heartbeat: {
        if (!alive || !type || !type->heartbeat || !started) return false;
        const TimePoint oldest = now_ - type->heartbeat->max_age;
        return *started < std::min(oldest, now_ - type->fizzle) &&
               machine.heartbeat.value_or(TimePoint{}) < oldest;
      }
      case DeleteReason::shutdown_time:
        return alive && std::min(machine.shutdown_time.value_or(TimePoint::max()),
                                 settings_.shutdown_time.value_or(TimePoint::max())) < now_;
      case DeleteReason::operator_asked:
        return (alive || machine.state == unknown) && machine.deletion_order;
    }
    return false;
  }

  template <class... Values>
  void expect(const Machine& machine, bool holds, fmt::format_string<Values...> otherwise,
              Values&&... values) {
    if (holds) return;
    findings_.expect(false, "{}: {}", machine.name, fmt::format(otherwise, std::forward<Values>(values)...));
  }

  const Fleet& fleet_;
  const SpaceSettings& settings_;
  TimePoint now_;
  LintFindings& findings_;
  std::vector<Done> done_;
  bool creating_ = false;
  int accounted_ = 0;
};

}  // namespace

void lint_machine_actions(const PlanInput& input, const Plan& plan, LintFindings& findings) {
  MachineActionsLint lint(input, findings);
  for (const Action& action : plan.actions) std::visit(lint, action);
}

void lint_held_deletions(const PlanInput& input, const Plan& plan, LintFindings& findings) {
  std::size_t unplanned = 0;
  for (const Action& action : plan.actions) {
    const auto* deletion = std::get_if<DeleteMachine>(&action);
    if (!deletion) continue;
    using enum DeleteReason;
    const auto reason = deletion->reason;
    unplanned += reason == failed || reason == start_timeout || reason == heartbeat ? 1 : 0;
  }
  const auto percent = static_cast<std::size_t>(std::max(input.settings.mass_deletion_percent, 0));
  const auto own =
      static_cast<std::size_t>(std::ranges::count(input.fleet.machines, ManagedBy::us, &Machine::managed_by));
  findings.expect(unplanned <= 10 || unplanned * 100 <= percent * own,
                  "{} of {} machines are deleted at once for other reasons than age or shutdown", unplanned,
                  own);
  findings.expect(plan.held_deletions.empty() == plan.held_because.empty(),
                  "{} deletions are held, and the reason told is \"{}\"", plan.held_deletions.size(),
                  plan.held_because);
}

}  // namespace vacuum
