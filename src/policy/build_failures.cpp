#include "policy/build_failures.hpp"

#include <algorithm>
#include <limits>
#include <variant>

#include "policy/durations.hpp"

namespace vacuum {
namespace {

/// Whether a run of failures speaks of this flavor and zone.
bool concerns(const BuildFailures& run, const FlavorName& flavor, const std::optional<ZoneName>& zone) {
  if (run.flavor != flavor) return false;
  return run.zone == zone || (!run.zone && run.fault.kind == FaultKind::quota);
}

std::optional<ZoneName> zone_blamed(const BuildAttempt& attempt) {
  return attempt.fault->kind == FaultKind::quota ? std::nullopt : attempt.zone;
}

struct Attempted {
  std::vector<BuildFailures>& runs;
  TimePoint now;

  void fail(const BuildAttempt& attempt) const {
    const auto zone = zone_blamed(attempt);
    const auto run = std::ranges::find_if(
        runs, [&](const BuildFailures& one) { return one.flavor == attempt.flavor && one.zone == zone; });
    if (run == runs.end()) {
      runs.push_back({attempt.flavor, zone, 1, now, *attempt.fault});
      return;
    }
    run->fault = *attempt.fault;
    if (attempt.begun <= run->last) return;
    run->consecutive += run->consecutive < std::numeric_limits<int>::max() ? 1 : 0;
    run->last = now;
  }
};

}  // namespace

std::vector<BuildAttempt> build_attempts(const Fleet& fleet, const Plan& plan) {
  std::vector<BuildAttempt> attempts;
  const auto add = [&](std::size_t index, std::optional<Fault> fault) {
    const Machine& machine = fleet.machines[index];
    if (!machine.flavor.empty())
      attempts.push_back({machine.flavor, machine.zone, machine.created, std::move(fault)});
  };
  const auto add_timeout = [&](const DeleteMachine& deletion) {
    if (deletion.reason != DeleteReason::start_timeout || fleet.machines[deletion.machine].deleted) return;
    add(deletion.machine, Fault{FaultKind::other, "did not start in time"});
  };
  for (const Action& action : plan.actions) {
    if (const auto* started = std::get_if<MarkStarted>(&action)) add(started->machine, std::nullopt);
    if (const auto* deletion = std::get_if<DeleteMachine>(&action)) add_timeout(*deletion);
    if (const auto* stopped = std::get_if<MarkStopped>(&action)) {
      const Machine& machine = fleet.machines[stopped->machine];
      const bool ran = machine.started || machine.cloud_started;
      if (machine.state != MachineState::failed || ran) continue;
      add(stopped->machine, machine.fault.value_or(Fault{FaultKind::other, "the cloud gave no reason"}));
    }
  }
  return attempts;
}

std::vector<BuildFailures> after_attempts(std::vector<BuildFailures> known,
                                          std::span<const BuildAttempt> attempts, TimePoint now) {
  std::erase_if(known, [&](const BuildFailures& run) {
    const auto proves_end = [&](const BuildAttempt& attempt) {
      return !attempt.fault && attempt.begun > run.last && concerns(run, attempt.flavor, attempt.zone);
    };
    return elapsed(run.last, now) > kBuildFailuresKept || std::ranges::any_of(attempts, proves_end);
  });
  const Attempted attempted{known, now};
  for (const BuildAttempt& attempt : attempts) {
    if (attempt.fault) attempted.fail(attempt);
  }
  return known;
}

TimePoint build_wait_end(const BuildFailures& failures) {
  const int doublings = std::clamp(failures.consecutive - 1, 0, 6);
  return later(failures.last, std::min(kFirstBuildWait * (1 << doublings), kLongestBuildWait));
}

const BuildFailures* waiting_build(std::span<const BuildFailures> failures, const FlavorName& flavor,
                                   const std::optional<ZoneName>& zone, TimePoint now) {
  const BuildFailures* longest = nullptr;
  for (const BuildFailures& run : failures) {
    if (!concerns(run, flavor, zone) || now >= build_wait_end(run)) continue;
    if (!longest || build_wait_end(run) > build_wait_end(*longest)) longest = &run;
  }
  return longest;
}

}  // namespace vacuum
