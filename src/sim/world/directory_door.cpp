#include "sim/world/directory_door.hpp"

#include <utility>

namespace vacuum::sim {
namespace {

StoreError trouble(std::string_view where, std::string_view what) {
  return {StoreDecision::retry, fmt::format("{}: {} (simulated)", where, what)};
}

Failure<StoreError> no_record(const MachineName& name) {
  return Failure{StoreError{StoreDecision::not_found, fmt::format("no record of {}", name)}};
}

}  // namespace

DirectoryEntry* Directory::find(const SpaceName& space, const MachineName& name) {
  auto& current = spaces[space].current;
  const auto found = current.find(name);
  return found == current.end() ? nullptr : &found->second;
}

DirectoryDoor::Problem DirectoryDoor::problem_of_reading(std::string_view where) const {
  if (cut_off_) return trouble(where, "Connection timed out");
  if (directory_.read_problem) return trouble(where, *directory_.read_problem);
  return std::nullopt;
}

Async<DirectoryDoor::Problem> DirectoryDoor::begin_write(std::string_view where) {
  const std::string place(where);
  if (process_.ends_here()) co_await process_.never_again();
  if (Problem bad = problem_of_reading(place)) co_return bad;
  if (directory_.write_problem) co_return trouble(place, *directory_.write_problem);
  co_return std::nullopt;
}

void DirectoryDoor::tell_deed(const SpaceName& space, const MachineName& machine) const {
  if (directory_.on_deed) directory_.on_deed(space, machine, manager_);
}

Async<StoreResult<Done>> DirectoryDoor::end_write() {
  if (process_.ends_here()) co_await process_.never_again();
  co_return Done{};
}

/// As the real one does: which machines there are is looked at each time, what is known of one is not.
Async<StoreResult<std::vector<MachineRecord>>> DirectoryDoor::load(const SpaceName& space, Freshness) {
  if (process_.ends_here()) co_await process_.never_again();
  if (const Problem bad = problem_of_reading("current/")) co_return Failure{*bad};
  auto& remembered = remembered_[space];
  const auto& current = of(space).current;
  std::vector<MachineRecord> records;
  records.reserve(current.size());
  for (const auto& [name, entry] : current)
    records.push_back(remembered.try_emplace(name, entry.record).first->second);
  if (remembered.size() > current.size())
    std::erase_if(remembered, [&](const auto& entry) { return !current.contains(entry.first); });
  co_return records;
}

Async<StoreResult<RecordChanges>> DirectoryDoor::changes(const SpaceName& space, Freshness freshness,
                                                         std::optional<RecordMark>) {
  auto records = co_await load(space, freshness);
  if (!records) co_return Failure{std::move(records.error())};
  co_return RecordChanges{.records = std::move(*records)};
}

void DirectoryDoor::forget(const SpaceName& space, const std::vector<MachineName>& machines) {
  for (const MachineName& name : machines) remembered_[space].erase(name);
}

Async<StoreResult<Done>> DirectoryDoor::add(const SpaceName& space, const MachineRecord& record,
                                            std::vector<RecordFile>) {
  if (const Problem bad = co_await begin_write(record.name.text())) co_return Failure{*bad};
  const auto [entry, is_new] = of(space).current.try_emplace(record.name);
  if (!is_new) co_return Failure{StoreError{StoreDecision::exists, record.name.text()}};
  entry->second.record = record;
  remembered_[space].insert_or_assign(record.name, record);
  ++of(space).added;
  co_return co_await end_write();
}

Async<StoreResult<Done>> DirectoryDoor::update(const SpaceName& space, const MachineRecord& record,
                                               std::vector<RecordFile>) {
  if (const Problem bad = co_await begin_write(record.name.text())) co_return Failure{*bad};
  DirectoryEntry* entry = directory_.find(space, record.name);
  if (entry == nullptr) co_return no_record(record.name);
  tell_deed(space, record.name);
  const bool told = record.shutdown_time && record.shutdown_time != entry->record.shutdown_time;
  const IncarnationId owner = entry->record.incarnation;
  entry->record = record;
  entry->record.incarnation = owner;
  remembered_[space].insert_or_assign(record.name, entry->record);
  if (told && directory_.on_shutdown_time)
    directory_.on_shutdown_time(space, record.name, *record.shutdown_time);
  co_return co_await end_write();
}

Async<StoreResult<Done>> DirectoryDoor::archive(const SpaceName& space, const MachineName& name) {
  if (const Problem bad = co_await begin_write(name.text())) co_return Failure{*bad};
  tell_deed(space, name);
  auto moved = of(space).current.extract(name);
  if (moved.empty()) co_return no_record(name);
  moved.mapped().archived = process_.time().now();
  of(space).deleted.insert_or_assign(name, std::move(moved.mapped()));
  ++of(space).archived;
  co_return co_await end_write();
}

Async<StoreResult<Done>> DirectoryDoor::discard(const SpaceName& space, const MachineName& name) {
  if (const Problem bad = co_await begin_write(name.text())) co_return Failure{*bad};
  tell_deed(space, name);
  if (of(space).current.erase(name) == 0) co_return no_record(name);
  ++of(space).discarded;
  co_return co_await end_write();
}

Async<StoreResult<int>> DirectoryDoor::expire(const SpaceName& space, TimePoint before) {
  if (const Problem bad = co_await begin_write("deleted/")) co_return Failure{*bad};
  const auto removed = std::erase_if(
      of(space).deleted, [&](const auto& entry) { return in_seconds(entry.second.archived) < before; });
  co_return static_cast<int>(removed);
}

Async<StoreResult<std::vector<std::optional<TimePoint>>>> DirectoryDoor::heartbeats(
    const SpaceName& space, std::vector<HeartbeatQuery> queries) {
  if (process_.ends_here()) co_await process_.never_again();
  if (const Problem bad = problem_of_reading("joboutputs/")) co_return Failure{*bad};
  std::vector<std::optional<TimePoint>> times;
  times.reserve(queries.size());
  for (const HeartbeatQuery& query : queries) {
    const DirectoryEntry* entry = directory_.find(space, query.machine);
    std::optional<TimePoint> time = entry == nullptr ? std::nullopt : entry->heartbeat;
    if (entry != nullptr && !time && directory_.running_heartbeat)
      time = directory_.running_heartbeat(space, query.machine);
    times.push_back(time);
  }
  co_return times;
}

Async<StoreResult<std::optional<std::string>>> DirectoryDoor::shutdown_message(const SpaceName& space,
                                                                               const MachineName& name) {
  if (process_.ends_here()) co_await process_.never_again();
  if (const Problem bad = problem_of_reading("joboutputs/")) co_return Failure{*bad};
  const DirectoryEntry* entry = directory_.find(space, name);
  co_return entry == nullptr ? std::nullopt : entry->message;
}

Async<StoreResult<Done>> DirectoryDoor::leave_shutdown_message(const SpaceName& space,
                                                               const MachineName& name, std::string message) {
  if (const Problem bad = co_await begin_write(name.text())) co_return Failure{*bad};
  DirectoryEntry* entry = directory_.find(space, name);
  if (entry == nullptr) co_return no_record(name);
  if (!entry->message) entry->message = std::move(message);
  co_return co_await end_write();
}

Async<StoreResult<std::vector<std::optional<LastAbort>>>> DirectoryDoor::last_aborts(
    const SpaceName& space, std::vector<MachinetypeName> machinetypes) {
  if (const Problem bad = problem_of_reading("last_abort_times/")) co_return Failure{*bad};
  std::vector<std::optional<LastAbort>> aborts;
  const auto& kept = of(space).last_aborts;
  for (const MachinetypeName& name : machinetypes) {
    const auto found = kept.find(name);
    aborts.push_back(found == kept.end() ? std::nullopt : std::optional(found->second));
  }
  co_return aborts;
}

Async<StoreResult<Done>> DirectoryDoor::set_last_abort(const SpaceName& space,
                                                       const MachinetypeName& machinetype, LastAbort abort) {
  if (const Problem bad = co_await begin_write("last_abort_times/")) co_return Failure{*bad};
  auto& kept = of(space).last_aborts;
  const auto found = kept.find(machinetype);
  if (found == kept.end() || found->second.time <= abort.time)
    kept.insert_or_assign(machinetype, std::move(abort));
  co_return co_await end_write();
}

Async<StoreResult<std::vector<BuildFailures>>> DirectoryDoor::build_failures(const SpaceName& space) {
  if (const Problem bad = problem_of_reading("build_failures/")) co_return Failure{*bad};
  co_return of(space).build_failures;
}

Async<StoreResult<Done>> DirectoryDoor::set_build_failures(const SpaceName& space,
                                                           std::vector<BuildFailures> failures) {
  if (const Problem bad = co_await begin_write("build_failures/")) co_return Failure{*bad};
  of(space).build_failures = std::move(failures);
  co_return co_await end_write();
}

Async<StoreResult<std::optional<Ramp>>> DirectoryDoor::ramp(const SpaceName& space) {
  if (const Problem bad = problem_of_reading("ramp/")) co_return Failure{*bad};
  co_return of(space).ramp;
}

Async<StoreResult<Done>> DirectoryDoor::set_ramp(const SpaceName& space, Ramp ramp) {
  if (const Problem bad = co_await begin_write("ramp/")) co_return Failure{*bad};
  of(space).ramp = std::move(ramp);
  co_return co_await end_write();
}

Async<StoreResult<Done>> DirectoryDoor::publish_status(const SpaceName& space, std::string document) {
  if (const Problem bad = co_await begin_write("status/")) co_return Failure{*bad};
  of(space).status = std::move(document);
  co_return co_await end_write();
}

Async<StoreResult<Orders>> DirectoryDoor::read(SpaceName space) {
  if (process_.ends_here()) co_await process_.never_again();
  if (const Problem bad = problem_of_reading("orders/")) co_return Failure{*bad};
  co_return of(space).orders;
}

Async<StoreResult<Done>> DirectoryDoor::give(SpaceName space, OrderKey key, Order order) {
  if (const Problem bad = co_await begin_write("orders/")) co_return Failure{*bad};
  of(space).orders.insert_or_assign(std::move(key), std::move(order));
  co_return co_await end_write();
}

Async<StoreResult<Done>> DirectoryDoor::withdraw(SpaceName space, OrderKey key) {
  if (const Problem bad = co_await begin_write("orders/")) co_return Failure{*bad};
  if (of(space).orders.erase(key) == 0)
    co_return Failure{StoreError{StoreDecision::not_found, "no such order"}};
  co_return co_await end_write();
}

Async<StoreResult<Done>> DirectoryDoor::record(AccountingRecord record) {
  if (const Problem bad = co_await begin_write("apel-archive/")) co_return Failure{*bad};
  ++directory_.accounting_writes;
  const bool is_new = directory_.accounting.insert(record.key).second;
  if (is_new && directory_.on_accounted) directory_.on_accounted(record);
  co_return co_await end_write();
}

}  // namespace vacuum::sim
