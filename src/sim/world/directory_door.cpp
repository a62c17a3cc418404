#include "sim/world/directory_door.hpp"

#include <algorithm>
#include <utility>

namespace vacuum::sim {
namespace {

Failure<StoreError> no_record(const MachineName& name) {
  return Failure{StoreError{StoreDecision::not_found, fmt::format("no record of {}", name)}};
}

void tell_deed(const Directory& directory, const SpaceName& space, const MachineName& machine,
               const ManagerName& by) {
  if (directory.on_deed) directory.on_deed(space, machine, by);
}

void put(Directory& directory, const SpaceName& space, const MachineRecord& record, DirectoryEntry& entry) {
  const bool told = record.shutdown_time && record.shutdown_time != entry.record.shutdown_time;
  const IncarnationId owner = entry.record.incarnation;
  entry.record = record;
  entry.record.incarnation = owner;
  if (told && directory.on_shutdown_time)
    directory.on_shutdown_time(space, record.name, *record.shutdown_time);
}

}  // namespace

DirectoryEntry* Directory::find(const SpaceName& space, const MachineName& name) {
  return spaces[space].current.find(name);
}

// --- records

const MachineRecord& DirectoryDoor::Known::recall(const MachineName& name, const DirectoryEntry& entry) {
  KnownRecord& known = records[name];
  if (known.making != entry.making) known = {entry.record, entry.making};
  return known.record;
}

/// As the real one does: which machines there are is looked at each time, what is known of one is not.
std::vector<MachineRecord> DirectoryDoor::known_records(const SpaceName& space) {
  Known& known = known_[space];
  const auto& current = of(space).current;
  std::vector<MachineRecord> records;
  records.reserve(current.size());
  for (const auto& [name, entry] : current) records.push_back(known.recall(name, entry));
  if (known.records.size() > current.size())
    std::erase_if(known.records, [&](const auto& entry) { return !current.contains(entry.first); });
  return records;
}

Async<StoreResult<std::vector<MachineRecord>>> DirectoryDoor::load(const SpaceName& space, Freshness) {
  using Records = std::vector<MachineRecord>;
  return way_.look<Records>("current/",
                            [this, space]() -> StoreResult<Records> { return known_records(space); });
}

RecordChanges DirectoryDoor::changes_since(const SpaceName& space, std::optional<RecordMark> since) {
  DirectorySpace& there = of(space);
  Known& known = known_[space];
  const std::set<MachineName> changed = std::exchange(known.changed, {});
  RecordChanges found{.mark = there.moves_before + there.moves.size()};
  const bool is_all = !std::exchange(known.all_told, true) || !since || *since < there.moves_before;
  if (is_all) {
    found.records = known_records(space);
    return found;
  }
  found.scope = RecordChanges::Scope::since;
  const auto first = there.moves.begin() + static_cast<std::ptrdiff_t>(*since - there.moves_before);
  std::vector<const MachineName*> names;
  for (const MachineName& name : changed) names.push_back(&name);
  for (auto move = first; move != there.moves.end(); ++move) names.push_back(&*move);
  const auto text_of = [](const MachineName* name) -> const std::string& { return name->text(); };
  std::ranges::sort(names, {}, text_of);
  const auto repeated = std::ranges::unique(names, {}, text_of);
  names.erase(repeated.begin(), repeated.end());
  for (const MachineName* name : names) {
    if (const DirectoryEntry* entry = there.current.find(*name)) {
      found.records.push_back(known.recall(*name, *entry));
    } else {
      known.records.erase(*name);
      found.gone.push_back(*name);
    }
  }
  return found;
}

Async<StoreResult<RecordChanges>> DirectoryDoor::changes(const SpaceName& space, Freshness,
                                                         std::optional<RecordMark> since) {
  return way_.look<RecordChanges>("current/", [this, space, since]() -> StoreResult<RecordChanges> {
    return changes_since(space, since);
  });
}

void DirectoryDoor::forget(const SpaceName& space, const std::vector<MachineName>& machines) {
  Known& known = known_[space];
  for (const MachineName& name : machines) known.records.erase(name);
  known.changed.insert(machines.begin(), machines.end());
}

Async<StoreResult<Done>> DirectoryDoor::add(const SpaceName& space, const MachineRecord& record,
                                            std::vector<RecordFile>) {
  const SpaceName name = space;
  const MachineRecord added = record;
  const auto making = std::make_shared<std::uint64_t>();
  Change deed = [&directory = directory_, name, added, making]() -> StoreResult<Done> {
    DirectorySpace& there = directory.spaces[name];
    DirectoryEntry* entry = there.current.add(added.name);
    if (entry == nullptr) return Failure{StoreError{StoreDecision::exists, added.name.text()}};
    entry->record = added;
    entry->making = *making = ++directory.makings;
    ++there.added;
    there.note_move(added.name);
    if (directory.on_added) directory.on_added(name, added);
    return Done{};
  };
  const auto done = co_await change(added.name.text(), std::move(deed));
  if (done) known_[name].records.insert_or_assign(added.name, KnownRecord{added, *making});
  co_return done;
}

Async<StoreResult<Done>> DirectoryDoor::update(const SpaceName& space, const MachineRecord& record,
                                               std::vector<RecordFile>) {
  const SpaceName name = space;
  const MachineRecord updated = record;
  Change deed = [&directory = directory_, &by = manager_, name, updated]() -> StoreResult<Done> {
    DirectoryEntry* entry = directory.find(name, updated.name);
    if (entry == nullptr) return no_record(updated.name);
    tell_deed(directory, name, updated.name, by);
    put(directory, name, updated, *entry);
    return Done{};
  };
  const auto done = co_await change(updated.name.text(), std::move(deed));
  if (done) {
    MachineRecord& kept = known_[name].records[updated.name].record;
    known_[name].changed.insert(updated.name);
    const IncarnationId owner = kept.incarnation;
    kept = updated;
    kept.incarnation = owner;
  }
  co_return done;
}

Async<StoreResult<Done>> DirectoryDoor::archive(const SpaceName& space, const MachineName& name) {
  return change(
      name.text(),
      [&directory = directory_, &by = manager_, &time = way_.time(), space, name]() -> StoreResult<Done> {
        DirectorySpace& there = directory.spaces[space];
        tell_deed(directory, space, name, by);
        auto moved = there.current.extract(name);
        if (moved.empty()) return no_record(name);
        moved.mapped().archived = time.now();
        there.deleted.insert_or_assign(name, std::move(moved.mapped()));
        ++there.archived;
        there.note_move(name);
        return Done{};
      });
}

Async<StoreResult<Done>> DirectoryDoor::discard(const SpaceName& space, const MachineName& name) {
  return change(name.text(), [&directory = directory_, &by = manager_, space, name]() -> StoreResult<Done> {
    tell_deed(directory, space, name, by);
    DirectorySpace& there = directory.spaces[space];
    if (there.current.erase(name) == 0) return no_record(name);
    ++there.discarded;
    there.note_move(name);
    return Done{};
  });
}

Async<StoreResult<int>> DirectoryDoor::expire(const SpaceName& space, TimePoint before) {
  return way_.change<int>("deleted/", [&directory = directory_, space, before]() -> StoreResult<int> {
    const auto removed = std::erase_if(directory.spaces[space].deleted, [&](const auto& entry) {
      return in_seconds(entry.second.archived) < before;
    });
    return static_cast<int>(removed);
  });
}

// --- what machines leave

Async<StoreResult<std::vector<std::optional<TimePoint>>>> DirectoryDoor::heartbeats(
    const SpaceName& space, std::vector<HeartbeatQuery> queries) {
  using Times = std::vector<std::optional<TimePoint>>;
  return way_.look<Times>("joboutputs/", [this, space, queries = std::move(queries)]() -> StoreResult<Times> {
    Times times;
    times.reserve(queries.size());
    for (const HeartbeatQuery& query : queries) {
      const DirectoryEntry* entry = directory_.find(space, query.machine);
      std::optional<TimePoint> time = entry == nullptr ? std::nullopt : entry->heartbeat;
      if (entry != nullptr && !time && directory_.running_heartbeat)
        time = directory_.running_heartbeat(space, query.machine);
      times.push_back(time);
    }
    return times;
  });
}

Async<StoreResult<std::optional<std::string>>> DirectoryDoor::shutdown_message(const SpaceName& space,
                                                                               const MachineName& name) {
  using Message = std::optional<std::string>;
  return way_.look<Message>("joboutputs/", [this, space, name]() -> StoreResult<Message> {
    const DirectoryEntry* entry = directory_.find(space, name);
    return entry == nullptr ? std::nullopt : entry->message;
  });
}

Async<StoreResult<Done>> DirectoryDoor::leave_shutdown_message(const SpaceName& space,
                                                               const MachineName& name, std::string message) {
  return change(name.text(),
                [&directory = directory_, space, name, message = std::move(message)]() -> StoreResult<Done> {
                  DirectoryEntry* entry = directory.find(space, name);
                  if (entry == nullptr) return no_record(name);
                  if (!entry->message) entry->message = message;
                  return Done{};
                });
}

// --- what is known of a space

Async<StoreResult<std::vector<std::optional<LastAbort>>>> DirectoryDoor::last_aborts(
    const SpaceName& space, std::vector<MachinetypeName> machinetypes) {
  using Aborts = std::vector<std::optional<LastAbort>>;
  return way_.look<Aborts>(
      "last_abort_times/", [this, space, machinetypes = std::move(machinetypes)]() -> StoreResult<Aborts> {
        Aborts aborts;
        const auto& kept = of(space).last_aborts;
        for (const MachinetypeName& name : machinetypes) {
          const auto found = kept.find(name);
          aborts.push_back(found == kept.end() ? std::nullopt : std::optional(found->second));
        }
        return aborts;
      });
}

Async<StoreResult<Done>> DirectoryDoor::set_last_abort(const SpaceName& space,
                                                       const MachinetypeName& machinetype, LastAbort abort) {
  return change(
      "last_abort_times/",
      [&directory = directory_, space, machinetype, abort = std::move(abort)]() -> StoreResult<Done> {
        auto& kept = directory.spaces[space].last_aborts;
        const auto found = kept.find(machinetype);
        if (found == kept.end() || found->second.time <= abort.time)
          kept.insert_or_assign(machinetype, abort);
        return Done{};
      });
}

Async<StoreResult<std::vector<BuildFailures>>> DirectoryDoor::build_failures(const SpaceName& space) {
  using Failures = std::vector<BuildFailures>;
  return way_.look<Failures>("build_failures/",
                             [this, space]() -> StoreResult<Failures> { return of(space).build_failures; });
}

Async<StoreResult<Done>> DirectoryDoor::set_build_failures(const SpaceName& space,
                                                           std::vector<BuildFailures> failures) {
  return change("build_failures/",
                [&directory = directory_, space, failures = std::move(failures)]() -> StoreResult<Done> {
                  directory.spaces[space].build_failures = failures;
                  return Done{};
                });
}

Async<StoreResult<std::optional<Ramp>>> DirectoryDoor::ramp(const SpaceName& space) {
  using MaybeRamp = std::optional<Ramp>;
  return way_.look<MaybeRamp>("ramp/", [this, space]() -> StoreResult<MaybeRamp> { return of(space).ramp; });
}

Async<StoreResult<Done>> DirectoryDoor::set_ramp(const SpaceName& space, Ramp ramp) {
  return change("ramp/", [&directory = directory_, space, ramp = std::move(ramp)]() -> StoreResult<Done> {
    directory.spaces[space].ramp = ramp;
    return Done{};
  });
}

Async<StoreResult<Done>> DirectoryDoor::publish_status(const SpaceName& space, std::string document) {
  return change("status/",
                [&directory = directory_, space, document = std::move(document)]() -> StoreResult<Done> {
                  directory.spaces[space].status = document;
                  return Done{};
                });
}

// --- orders and accounting

Async<StoreResult<Orders>> DirectoryDoor::read(SpaceName space) {
  return way_.look<Orders>(
      "orders/", [this, space = std::move(space)]() -> StoreResult<Orders> { return of(space).orders; });
}

Async<StoreResult<Done>> DirectoryDoor::give(SpaceName space, OrderKey key, Order order) {
  return change("orders/",
                [&directory = directory_, space = std::move(space), key = std::move(key),
                 order = std::move(order)]() -> StoreResult<Done> {
                  directory.spaces[space].orders.insert_or_assign(key, order);
                  return Done{};
                });
}

Async<StoreResult<Done>> DirectoryDoor::withdraw(SpaceName space, OrderKey key) {
  return change(
      "orders/",
      [&directory = directory_, space = std::move(space), key = std::move(key)]() -> StoreResult<Done> {
        if (directory.spaces[space].orders.erase(key) == 0)
          return Failure{StoreError{StoreDecision::not_found, "no such order"}};
        return Done{};
      });
}

Async<StoreResult<Done>> DirectoryDoor::record(AccountingRecord record) {
  return change("apel-archive/",
                [&directory = directory_, record = std::move(record)]() -> StoreResult<Done> {
                  ++directory.accounting_writes;
                  const bool is_new = directory.accounting.insert(record.key).second;
                  if (is_new && directory.on_accounted) directory.on_accounted(record);
                  return Done{};
                });
}

}  // namespace vacuum::sim
