#include "control/executor.hpp"

#include <algorithm>
#include <utility>

#include "control/accounting.hpp"
#include "control/concurrently.hpp"
#include "control/executor_cycle.hpp"
#include "control/machine_events.hpp"
#include "platform/machine_features.hpp"

namespace vacuum {
namespace {

/// More than any space has requests in flight: the adapter's own limit decides.
constexpr std::size_t kActionsAtOnce = 256;
/// What the fault board calls accounting.
constexpr std::string_view kAccountingFault = "accounting";

bool concerns_cloud(const Action& action) {
  return std::holds_alternative<DeleteMachine>(action) || std::holds_alternative<CreateMachine>(action);
}

std::vector<RecordFile> updated_at(TimePoint now) {
  return {{"updated", fmt::format("{}\n", to_unix(now))}};
}

}  // namespace

Async<CycleOutcome> Executor::carry_out(const Plan& plan, const Fleet& fleet, const SpaceSettings& settings,
                                        const ProxyIssuers& proxies, MachineMemories& memories,
                                        Intents intents) {
  Cycle cycle{.plan = plan,
              .fleet = fleet,
              .settings = settings,
              .proxies = proxies,
              .memories = memories,
              .intents = std::move(intents)};
  cycle.outcome.created_by_type.resize(settings.machinetypes.size());
  co_await record_all(cycle);
  if (cycle.not_accounted.empty()) ports_.faults.clear(settings.name, std::string(kAccountingFault));
  co_await read_all_templates(cycle);
  for (const auto& [index, templates] : cycle.templates) cycle.outcome.templates_read.insert(index);
  co_await read_token_key(cycle);
  co_await act_on_cloud(cycle);
  co_return std::move(cycle.outcome);
}

void Executor::tell(const Cycle& cycle, EventKind kind, const Machine& machine, std::string reason,
                    std::vector<EventDetail> details) {
  Event event = machine_event(kind, machine, cycle.space(), ports_.clock.now(), std::move(reason));
  event.details = std::move(details);
  ports_.events.tell(std::move(event));
}

void Executor::tell(const Cycle& cycle, EventKind kind, const CreateMachine& action, std::string reason,
                    std::vector<EventDetail> details) {
  Event event = creation_event(kind, action, cycle.settings, ports_.clock.now(), std::move(reason));
  event.details.insert(event.details.end(), details.begin(), details.end());
  ports_.events.tell(std::move(event));
}

// --- records
// -------------------------------------------------------------------------------------------------------

Async<void> Executor::record_all(Cycle& cycle) {
  for (const Action& action : cycle.plan.actions) {
    if (concerns_cloud(action) || cycle.is_left_alone(action)) continue;
    const auto done = co_await carry_out_record(cycle, action);
    if (done) continue;
    if (done.error().decision != StoreDecision::retry) {
      // Another manager was faster: it adopted the machine, or archived it. Whose it is the next cycle sees.
      cycle.left_alone.insert(*machine_of(action));
      continue;
    }
    cycle.store_fails(done.error());
    ports_.log.error("space {}: {}; nothing more is done in this cycle", cycle.space(), done.error().message);
    co_return;
  }
}

Async<StoreResult<Done>> Executor::carry_out_record(Cycle& cycle, const Action& action) {
  if (const auto* adoption = std::get_if<AdoptMachine>(&action)) return adopt(cycle, *adoption);
  if (const auto* started = std::get_if<MarkStarted>(&action)) return mark_started(cycle, *started);
  if (const auto* stopped = std::get_if<MarkStopped>(&action)) return mark_stopped(cycle, *stopped);
  if (const auto* accounting = std::get_if<AccountMachine>(&action)) return account(cycle, *accounting);
  if (const auto* announcement = std::get_if<AnnounceShutdown>(&action))
    return announce(cycle, *announcement);
  return archive(cycle, std::get<ArchiveRecord>(action));
}

Async<StoreResult<Done>> Executor::adopt(Cycle& cycle, const AdoptMachine& action) {
  const Machine& machine = cycle.machine(action.machine);
  MachineRecord& record = cycle.record(machine, manager_.name);
  record.incarnation = manager_.incarnation;
  if (machine.machinetype) {
    const MachinetypeSettings& type = cycle.settings.machinetypes[position(*machine.machinetype)];
    if (!record.max_wallclock) record.max_wallclock = type.max_wallclock;
    if (!record.promised_grace) record.promised_grace = type.preemptible_grace;
    record.accounting_fqan = type.accounting_fqan;
  }
  cycle.memories[machine.name].adopted = ports_.clock.now();
  auto files = record_files(record, cycle.settings, machine.machinetype);
  auto added = co_await ports_.store.add(cycle.space(), record, std::move(files));
  if (added) {
    ports_.log.info("space {}: adopted {}: {}", cycle.space(), machine.name, action.reason);
    tell(cycle, EventKind::adopted, machine, action.reason);
  }
  co_return added;
}

Async<StoreResult<Done>> Executor::mark_started(Cycle& cycle, const MarkStarted& action) {
  const Machine& machine = cycle.machine(action.machine);
  MachineRecord& record = cycle.record(machine, manager_.name);
  record.started = action.started;
  auto files = updated_at(ports_.clock.now());
  ports_.log.info("space {}: {} runs", cycle.space(), machine.name);
  auto kept = co_await ports_.store.update(cycle.space(), record, std::move(files));
  if (kept) tell(cycle, EventKind::started, machine, started_words(machine, action.started));
  co_return kept;
}

/// The abort is remembered before the machine counts as judged: after a crash between the two it is judged
/// once more, to the same end.
Async<StoreResult<Done>> Executor::mark_stopped(Cycle& cycle, const MarkStopped& action) {
  const Machine& machine = cycle.machine(action.machine);
  ports_.log.info("space {}: {} stopped: {}{}", cycle.space(), machine.name, action.reason,
                  action.verdict == Verdict::abort ? "; its machinetype backs off" : "");
  if (action.verdict == Verdict::abort) {
    LastAbort abort{action.stopped, machine.name, action.reason};
    auto kept =
        co_await ports_.store.set_last_abort(cycle.space(), machine.machinetype_name, std::move(abort));
    if (!kept) co_return kept;
  }
  MachineRecord& record = cycle.record(machine, manager_.name);
  record.stopped = action.stopped;
  auto files = updated_at(ports_.clock.now());
  files.push_back(judgement_file(action));
  auto noted = co_await ports_.store.update(cycle.space(), record, std::move(files));
  Machine known = machine;
  known.started = record.started;
  if (noted) cycle.outcome.ended.push_back(action);
  if (noted) tell(cycle, EventKind::stopped, machine, action.reason, judgement_details(known, action));
  co_return noted;
}

/// First the record for others, then the note that it was written: after a crash between the two the sink is
/// asked once more, and writes nothing. Where it fails only this machine waits: its record stays in current/.
Async<StoreResult<Done>> Executor::account(Cycle& cycle, const AccountMachine& action) {
  const Machine& machine = cycle.machine(action.machine);
  if (!cycle.not_accounted.empty()) {  // a disk that refused one would keep us waiting for each
    cycle.not_accounted.insert(machine.name);
    co_return Done{};
  }
  AccountingRecord sheet = accounting_record(action, machine, cycle.settings, manager_.name);
  const std::string words = accounting_words(action, sheet);
  const auto written = co_await ports_.accounting.record(std::move(sheet));
  if (!written) {
    cycle.not_accounted.insert(machine.name);
    ports_.faults.tell(cycle.space(), std::string(kAccountingFault), written.error().message,
                       ports_.clock.now());
    ports_.log.error("space {}: {} is not accounted yet: {}", cycle.space(), machine.name,
                     written.error().message);
    co_return Done{};
  }
  ++cycle.outcome.accounted;
  MachineRecord& record = cycle.record(machine, manager_.name);
  record.accounted = ports_.clock.now();
  auto files = updated_at(ports_.clock.now());
  auto noted = co_await ports_.store.update(cycle.space(), record, std::move(files));
  if (noted) tell(cycle, EventKind::accounted, machine, words);
  co_return noted;
}

Async<StoreResult<Done>> Executor::announce(Cycle& cycle, const AnnounceShutdown& action) {
  const Machine& machine = cycle.machine(action.machine);
  MachineRecord& record = cycle.record(machine, manager_.name);
  record.shutdown_time = action.shutdown_time;
  std::vector<RecordFile> files;
  for (FeatureFile& file : shutdown_time_files(action.shutdown_time)) {
    files.push_back({std::move(file.path), std::move(file.content)});
  }
  auto told = co_await ports_.store.update(cycle.space(), record, std::move(files));
  if (told) {
    const std::string words =
        fmt::format("to end by {}: {}", format_iso8601(action.shutdown_time), action.reason);
    ports_.log.info("space {}: {} is told {}", cycle.space(), machine.name, words);
    tell(cycle, EventKind::shutdown_announced, machine, words,
         {{"cause", std::string(to_string(action.cause))}});
  }
  co_return told;
}

Async<StoreResult<Done>> Executor::archive(Cycle& cycle, const ArchiveRecord& action) {
  const Machine& machine = cycle.machine(action.machine);
  if (cycle.not_accounted.contains(machine.name)) co_return Done{};
  auto archived = co_await ports_.store.archive(cycle.space(), machine.name);
  if (archived) {
    ports_.log.info("space {}: {} is gone: {}", cycle.space(), machine.name, action.reason);
    tell(cycle, EventKind::gone, machine, action.reason);
  }
  co_return archived;
}

// --- the cloud
// -----------------------------------------------------------------------------------------------------

Async<void> Executor::act_on_cloud(Cycle& cycle) {
  std::vector<const Action*> actions;
  for (const Action& action : cycle.plan.actions) {
    if (concerns_cloud(action)) actions.push_back(&action);
  }
  const std::function<Async<void>(std::size_t)> body = [&](std::size_t i) { return act(cycle, *actions[i]); };
  co_await for_each_concurrently(actions.size(), kActionsAtOnce, body);
}

Async<void> Executor::act(Cycle& cycle, const Action& action) {
  if (cycle.store_failed() || cycle.is_left_alone(action)) co_return;
  if (const auto* deletion = std::get_if<DeleteMachine>(&action)) {
    co_await remove(cycle, *deletion);
  } else {
    co_await create(cycle, std::get<CreateMachine>(action));
  }
}

Async<void> Executor::remove(Cycle& cycle, const DeleteMachine& action) {
  const Machine& machine = cycle.machine(action.machine);
  if (action.message) {
    const auto left =
        co_await ports_.store.leave_shutdown_message(cycle.space(), machine.name, to_string(*action.message));
    if (!left && left.error().decision == StoreDecision::retry) co_return cycle.store_fails(left.error());
  }
  const auto removed = co_await cloud_.remove(machine.server_id);
  if (!removed && removed.error().decision != CloudDecision::not_found) {
    ++cycle.outcome.deletions_failed;
    if (removed.error().retry_after) {
      cycle.memories[machine.name].delete_retry_at = ports_.clock.now() + *removed.error().retry_after;
    }
    ports_.log.warning("space {}: {} could not be deleted: {}; it is tried again", cycle.space(),
                       machine.name, removed.error().message);
    if (!std::exchange(cycle.memories[machine.name].refusal_told, true))
      tell(cycle, EventKind::deletion_refused, machine, removed.error().message);
    co_return;
  }
  if (!removed) cycle.outcome.listing_in_doubt = true;
  ++cycle.outcome.deletions_accepted;
  ports_.log.info("space {}: deleted {}: {}", cycle.space(), machine.name, deletion_words(action));
  tell(cycle, EventKind::deleted, machine, deletion_words(action),
       {{"delete_reason", std::string(to_string(action.reason))}});
  MachineRecord& record = cycle.record(machine, manager_.name);
  record.deleted = ports_.clock.now();
  auto files = updated_at(ports_.clock.now());
  files.push_back(deletion_file(action, manager_.name));
  const auto kept = co_await ports_.store.update(cycle.space(), record, std::move(files));
  if (!kept && kept.error().decision == StoreDecision::retry) cycle.store_fails(kept.error());
}

/// A machine that is not asked for after all is no longer intended.
Async<void> Executor::create(Cycle& cycle, const CreateMachine& action) {
  if (!cycle.intents.contains(action.name)) co_return;
  const bool asked = co_await ask_for(cycle, action);
  if (!asked) co_await discard_intent(cycle, action.name);
}

/// False where the cloud was not asked.
Async<bool> Executor::ask_for(Cycle& cycle, const CreateMachine& action) {
  if (!cycle.may_create(action)) co_return false;
  const MachinetypeSettings& type = cycle.settings.machinetypes[position(action.machinetype)];
  const bool in_cloud = type.root_image.kind == ImageSource::Kind::in_cloud;
  const auto image = images_.find(action.machinetype);
  if (!in_cloud && image == images_.end()) co_return false;  // planned without its image
  auto secrets = co_await make_secrets(cycle, action);
  if (!secrets) leave_out(cycle, type.name, secrets.error().message);
  if (!secrets || !cycle.may_create(action)) co_return false;
  NewMachine made = make_new_machine(action, cycle.settings, cycle.templates.at(action.machinetype), *secrets,
                                     manager_, cycle.intents.at(action.name));
  if (!in_cloud) made.request.image_id = image->second;
  const auto described = co_await ports_.store.update(cycle.space(), made.record, std::move(made.files));
  if (!described) cycle.store_fails(described.error());
  if (!described) co_return false;
  auto answer = co_await cloud_.create(made.request);
  co_await settle_creation(cycle, action, made, std::move(answer));
  co_return true;
}

Async<void> Executor::discard_intent(Cycle& cycle, const MachineName& name) {
  const auto gone = co_await ports_.store.discard(cycle.space(), name);
  if (!gone && gone.error().decision == StoreDecision::retry) cycle.store_fails(gone.error());
}

Async<void> Executor::settle_creation(Cycle& cycle, const CreateMachine& action, NewMachine& made,
                                      CloudResult<ServerId> answer) {
  if (answer) {
    co_await note_created(cycle, action, made, std::move(*answer));
  } else if (answer.error().decision == CloudDecision::unsure) {
    co_await look_for_unsure(cycle, action, made, answer.error());
  } else {
    co_await undo_intent(cycle, action, answer.error());
  }
}

Async<void> Executor::note_created(Cycle& cycle, const CreateMachine& action, NewMachine& made, ServerId id) {
  ++cycle.outcome.created;
  ++cycle.outcome.created_by_type[position(action.machinetype)];
  ports_.log.info("space {}: created {} ({}): {}", cycle.space(), action.name, id, action.reason);
  tell(cycle, EventKind::created, action, action.reason, {{"server_id", id.text()}});
  made.record.server_id = std::move(id);
  auto files = identity_files(made.record);
  const auto kept = co_await ports_.store.update(cycle.space(), made.record, std::move(files));
  if (!kept) cycle.store_fails(kept.error());
}

/// The answer was lost. The intent stays, so that the machine counts until complete listings show whether it
/// is there.
Async<void> Executor::look_for_unsure(Cycle& cycle, const CreateMachine& action, NewMachine& made,
                                      const CloudError& error) {
  ports_.log.warning("space {}: whether {} was created is not known: {}", cycle.space(), action.name,
                     error.message);
  tell(cycle, EventKind::creation_unsure, action, error.message);
  cycle.note_creation_error(error);
  cycle.outcome.listing_in_doubt = true;
  auto found = co_await cloud_.find(action.name);
  if (found && found->has_value()) {
    ServerId id = (*found)->id;
    co_await note_created(cycle, action, made, std::move(id));
    co_return;
  }
  ++cycle.outcome.created;
  ++cycle.outcome.created_by_type[position(action.machinetype)];
}

/// The cloud surely did not create it: the record of the intent goes (spec 9).
Async<void> Executor::undo_intent(Cycle& cycle, const CreateMachine& action, const CloudError& error) {
  ++cycle.outcome.creations_failed;
  ports_.log.warning("space {}: {} was not created: {}", cycle.space(), action.name, error.message);
  // One refusal of a machinetype in a cycle tells of them all.
  if (cycle.refusals_told.insert(action.machinetype).second)
    tell(cycle, EventKind::creation_refused, action, error.message);
  if (error.fault && error.fault->kind == FaultKind::image) {
    cycle.outcome.templates_missing.emplace(action.machinetype, error.message);  // no fault of the flavor
  } else if (error.fault) {
    cycle.note_creation_error(error);
    cycle.refused.insert({action.flavor.name, action.zone});
    cycle.outcome.refused.push_back({action.flavor.name, action.zone, ports_.clock.now(), error.fault});
  } else {
    cycle.note_creation_error(error);
  }
  if (error.decision == CloudDecision::give_up || error.retry_after) cycle.creations_ended = error.message;
  if (error.retry_after) {
    cycle.outcome.hold_creations =
        std::max(cycle.outcome.hold_creations.value_or(Seconds{0}), *error.retry_after);
  }
  co_await discard_intent(cycle, action.name);
}

}  // namespace vacuum
