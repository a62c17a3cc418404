#include "adapters/shared_directory/shared_directory_store.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "adapters/shared_directory/record_values.hpp"
#include "adapters/shared_directory/space_memory.hpp"
#include "adapters/shared_directory/status_files.hpp"
#include "base/text.hpp"

namespace vacuum {

using namespace shared_directory;

namespace {

/// Records read by one job: each job is to end well within the worker's deadline, on a slow NFS too.
constexpr std::size_t kRecordsPerJob = 256;
constexpr int kExpiriesPerScan = 60;
constexpr std::size_t kExpiredPerCall = 500;
constexpr std::size_t kExpiredPerJob = 50;

}  // namespace

SharedDirectoryStore::SharedDirectoryStore(std::string state_dir, Access access, DiskWorker& worker)
    : state_dir_(std::move(state_dir)), shared_(state_dir_ + "/shared"), access_(access), worker_(worker) {}

SharedDirectoryStore::~SharedDirectoryStore() = default;

SharedDirectoryStore::Memory& SharedDirectoryStore::memory_of(const SpaceName& space) {
  auto& memory = memories_[space];
  if (!memory) memory = std::make_unique<Memory>(shared_, space);
  return *memory;
}

/// Why a call cannot be served at all: names that could lead out of the directory, changes where none are
/// allowed.
std::optional<StoreError> SharedDirectoryStore::refuse(const SpaceName& space, const MachineName* name,
                                                       bool changes) const {
  if (!is_space_name(space.text())) {
    return StoreError{StoreDecision::retry, fmt::format("'{}' is no space's name", printable(space.text()))};
  }
  if (name != nullptr && !is_machine_name(name->text())) {
    return StoreError{StoreDecision::not_found,
                      fmt::format("'{}' is no machine's name", printable(name->text()))};
  }
  if (changes && access_ == Access::read_only) {
    return StoreError{StoreDecision::retry, fmt::format("{} was opened for reading only", state_dir_)};
  }
  return std::nullopt;
}

template <class Job>
Async<std::invoke_result_t<Job&>> SharedDirectoryStore::on_disk(Job job) {
  auto outcome = co_await worker_.run(std::move(job));
  if (outcome) co_return std::move(*outcome);
  co_return Failure{StoreError{StoreDecision::retry, fmt::format("{} does not answer in time", shared_)}};
}

Async<StoreResult<std::vector<MachineRecord>>> SharedDirectoryStore::load(const SpaceName& space,
                                                                          Freshness freshness) {
  auto all = co_await changes(space, freshness, std::nullopt);
  if (!all) co_return Failure{std::move(all.error())};
  co_return std::move(all->records);
}

Async<StoreResult<RecordChanges>> SharedDirectoryStore::changes(const SpaceName& space, Freshness freshness,
                                                                std::optional<RecordMark> since) {
  if (auto refused = refuse(space, nullptr, false)) co_return Failure{*refused};
  Memory& memory = memory_of(space);
  if (access_ == Access::read_write) {
    auto prepared = co_await prepare(memory);
    if (!prepared) co_return Failure{prepared.error()};
  }
  auto job = [disk = memory.disk] { return disk.look(); };
  auto stamp = co_await on_disk(std::move(job));
  if (!stamp) co_return Failure{stamp.error()};
  if (!*stamp && memory.prepared) {
    // A file system that is not mounted must not look like a space without machines.
    const std::string message = fmt::format("{}/spaces/{}/current is gone", shared_, space);
    co_return Failure{StoreError{StoreDecision::retry, message}};
  }
  if (*stamp) memory.prepared = true;
  if (*stamp && (freshness == Freshness::as_of_now || !memory.is_current(*stamp))) {
    auto scanned = co_await scan(memory, freshness);
    if (!scanned) co_return Failure{scanned.error()};
  }
  ++memory.loads_since_scan;
  co_return memory.changes_since(since);
}

/// Makes the space's directories, once: what vanishes later is an error that a human should see.
Async<StoreResult<Done>> SharedDirectoryStore::prepare(Memory& memory) {
  if (memory.prepared) co_return Done{};
  auto job = [disk = memory.disk] { return disk.prepare(); };
  auto outcome = co_await on_disk(std::move(job));
  if (outcome) memory.prepared = true;
  co_return outcome;
}

void SharedDirectoryStore::forget(const SpaceName& space, const std::vector<MachineName>& machines) {
  memory_of(space).make_stale(machines);
}

void SharedDirectoryStore::forget(const SpaceName& space) {
  memory_of(space).make_all_stale();
}

Async<StoreResult<Done>> SharedDirectoryStore::scan(Memory& memory, Freshness freshness) {
  const std::uint64_t changes_before = memory.changes;
  const bool probes = freshness == Freshness::as_of_now && access_ == Access::read_write;
  auto job = [disk = memory.disk, look = probes ? Look::after_a_change : Look::at_once] {
    return disk.names(look);
  };
  auto found = co_await on_disk(std::move(job));
  if (!found) co_return Failure{found.error()};
  memory.scanned.reset();
  auto read =
      co_await read_new(memory, memory.unread(std::move(found->names), changes_before), changes_before);
  if (!read) co_return read;
  memory.note_scan(*found, changes_before);
  co_return Done{};
}

Async<StoreResult<Done>> SharedDirectoryStore::read_new(Memory& memory, std::vector<CurrentName> names,
                                                        std::uint64_t changes_before) {
  for (std::size_t begin = 0; begin < names.size(); begin += kRecordsPerJob) {
    const std::size_t end = std::min(names.size(), begin + kRecordsPerJob);
    std::vector<MachineName> part;
    part.reserve(end - begin);
    for (std::size_t i = begin; i < end; ++i) part.push_back(names[i].name);
    auto job = [disk = memory.disk, part] { return disk.read(part); };
    auto read = co_await on_disk(std::move(job));
    if (!read) co_return Failure{read.error()};
    records_read_ += end - begin;
    for (std::size_t i = begin; i < end; ++i) {
      auto taken = memory.take(names[i], std::move((*read)[i - begin]), changes_before);
      if (!taken) co_return taken;
    }
  }
  co_return Done{};
}

Async<StoreResult<Done>> SharedDirectoryStore::add(const SpaceName& space, const MachineRecord& record,
                                                   std::vector<RecordFile> files) {
  if (auto refused = refuse(space, &record.name, true)) co_return Failure{*refused};
  Memory& memory = memory_of(space);
  const MachineRecord added = record;
  auto prepared = co_await prepare(memory);
  if (!prepared) co_return prepared;
  files = with_values(std::move(files), changed_values(added, nullptr));
  files = with_values(std::move(files), {{"space_name", space.text() + "\n"}});
  auto job = [disk = memory.disk, name = added.name, files = std::move(files)] {
    return disk.add(name, files);
  };
  auto outcome = co_await on_disk(std::move(job));
  if (outcome) memory.remember_new(added);
  co_return outcome;
}

Async<StoreResult<Done>> SharedDirectoryStore::update(const SpaceName& space, const MachineRecord& record,
                                                      std::vector<RecordFile> files) {
  if (auto refused = refuse(space, &record.name, true)) co_return Failure{*refused};
  Memory& memory = memory_of(space);
  MachineRecord updated = record;
  auto prepared = co_await prepare(memory);
  if (!prepared) co_return prepared;
  const auto known = memory.records.find(updated.name);
  const bool is_known = known != memory.records.end();
  const MachineRecord before = is_known ? known->second.record.unpack(updated.name) : MachineRecord{};
  if (is_known) updated.incarnation = before.incarnation;
  auto values = changed_values(updated, is_known ? &before : nullptr);
  std::erase_if(values, [](const RecordFile& file) { return file.path == kIncarnationFile; });
  files = with_values(std::move(files), std::move(values));
  auto job = [disk = memory.disk, name = updated.name, files = std::move(files)] {
    return disk.update(name, files);
  };
  auto outcome = co_await on_disk(std::move(job));
  if (outcome) memory.remember(updated);
  if (!outcome && outcome.error().decision == StoreDecision::not_found) memory.forget(updated.name);
  co_return outcome;
}

Async<StoreResult<Done>> SharedDirectoryStore::archive(const SpaceName& space, const MachineName& name) {
  if (auto refused = refuse(space, &name, true)) co_return Failure{*refused};
  Memory& memory = memory_of(space);
  const MachineName machine = name;
  auto prepared = co_await prepare(memory);
  if (!prepared) co_return prepared;
  auto job = [disk = memory.disk, machine] { return disk.archive(machine); };
  auto outcome = co_await on_disk(std::move(job));
  if (outcome) memory.archived.emplace(outcome->archived, outcome->name);
  if (outcome || outcome.error().decision == StoreDecision::not_found) memory.forget(machine);
  if (!outcome) co_return Failure{outcome.error()};
  co_return Done{};
}

Async<StoreResult<Done>> SharedDirectoryStore::discard(const SpaceName& space, const MachineName& name) {
  if (auto refused = refuse(space, &name, true)) co_return Failure{*refused};
  Memory& memory = memory_of(space);
  const MachineName machine = name;
  auto prepared = co_await prepare(memory);
  if (!prepared) co_return prepared;
  auto job = [disk = memory.disk, machine] { return disk.discard(machine); };
  auto outcome = co_await on_disk(std::move(job));
  if (outcome || outcome.error().decision == StoreDecision::not_found) memory.forget(machine);
  co_return outcome;
}

Async<StoreResult<int>> SharedDirectoryStore::expire(const SpaceName& space, TimePoint before) {
  if (auto refused = refuse(space, nullptr, true)) co_return Failure{*refused};
  Memory& memory = memory_of(space);
  if (!memory.archived_scanned || ++memory.expiries_since_scan >= kExpiriesPerScan) {
    auto job = [disk = memory.disk] { return disk.archived(); };
    auto found = co_await on_disk(std::move(job));
    if (!found) co_return Failure{found.error()};
    memory.archived.clear();
    for (auto& one : *found) memory.archived.emplace(one.archived, std::move(one.name));
    memory.archived_scanned = true;
    memory.expiries_since_scan = 0;
  }
  std::size_t removed = 0;
  while (removed < kExpiredPerCall) {
    std::vector<std::string> names;
    while (names.size() < kExpiredPerJob && !memory.archived.empty() &&
           memory.archived.begin()->first < before) {
      names.push_back(std::move(memory.archived.begin()->second));
      memory.archived.erase(memory.archived.begin());
    }
    if (names.empty()) break;
    const std::size_t count = names.size();
    auto job = [disk = memory.disk, names = std::move(names)] { return disk.remove_archived(names); };
    auto outcome = co_await on_disk(std::move(job));
    if (!outcome) {
      memory.archived_scanned = false;
      co_return Failure{outcome.error()};
    }
    removed += count;
  }
  co_return static_cast<int>(removed);
}

Async<StoreResult<std::vector<std::optional<TimePoint>>>> SharedDirectoryStore::heartbeats(
    const SpaceName& space, std::vector<HeartbeatQuery> queries) {
  if (auto refused = refuse(space, nullptr, false)) co_return Failure{*refused};
  if (queries.empty()) co_return std::vector<std::optional<TimePoint>>{};
  auto job = [disk = memory_of(space).disk, queries = std::move(queries)] {
    return disk.heartbeats(queries);
  };
  co_return co_await on_disk(std::move(job));
}

Async<StoreResult<std::optional<std::string>>> SharedDirectoryStore::shutdown_message(
    const SpaceName& space, const MachineName& name) {
  if (auto refused = refuse(space, &name, false)) co_return Failure{*refused};
  auto job = [disk = memory_of(space).disk, name] { return disk.shutdown_message(name); };
  co_return co_await on_disk(std::move(job));
}

Async<StoreResult<Done>> SharedDirectoryStore::leave_shutdown_message(const SpaceName& space,
                                                                      const MachineName& name,
                                                                      std::string message) {
  if (auto refused = refuse(space, &name, true)) co_return Failure{*refused};
  if (!message.ends_with('\n')) message += '\n';
  auto job = [disk = memory_of(space).disk, name, message = std::move(message)] {
    return disk.leave_shutdown_message(name, message);
  };
  co_return co_await on_disk(std::move(job));
}

Async<StoreResult<std::vector<std::optional<LastAbort>>>> SharedDirectoryStore::last_aborts(
    const SpaceName& space, std::vector<MachinetypeName> machinetypes) {
  if (auto refused = refuse(space, nullptr, false)) co_return Failure{*refused};
  Memory& memory = memory_of(space);
  std::vector<StampedAbort> known;
  known.reserve(machinetypes.size());
  for (const auto& name : machinetypes) known.push_back(memory.aborts[name]);
  auto job = [notes = memory.notes, machinetypes, known = std::move(known)]() mutable {
    return notes.last_aborts(machinetypes, std::move(known));
  };
  auto read = co_await on_disk(std::move(job));
  if (!read) co_return Failure{read.error()};
  std::vector<std::optional<LastAbort>> aborts;
  aborts.reserve(machinetypes.size());
  for (std::size_t i = 0; i < machinetypes.size(); ++i) {
    aborts.push_back((*read)[i].value);
    memory.aborts[machinetypes[i]] = std::move((*read)[i]);
  }
  co_return aborts;
}

Async<StoreResult<Done>> SharedDirectoryStore::set_last_abort(const SpaceName& space,
                                                              const MachinetypeName& machinetype,
                                                              LastAbort abort) {
  if (auto refused = refuse(space, nullptr, true)) co_return Failure{*refused};
  Memory& memory = memory_of(space);
  const MachinetypeName name = machinetype;
  auto job = [notes = memory.notes, name, abort = std::move(abort)] {
    return notes.set_last_abort(name, abort);
  };
  auto outcome = co_await on_disk(std::move(job));
  memory.aborts.erase(name);
  co_return outcome;
}

/// Reads a note, unless what is known of it is as on the disk.
template <class Note, class Read>
Async<StoreResult<Note>> SharedDirectoryStore::read_note(SpaceName space, Stamped<Note> Memory::*place,
                                                         Read read) {
  if (auto refused = refuse(space, nullptr, false)) co_return Failure{*refused};
  Memory& memory = memory_of(space);
  auto job = [notes = memory.notes, known = memory.*place, read]() mutable {
    return (notes.*read)(std::move(known));
  };
  auto note = co_await on_disk(std::move(job));
  if (!note) co_return Failure{note.error()};
  memory.*place = std::move(*note);
  co_return (memory.*place).value;
}

template <class Note, class Write>
Async<StoreResult<Done>> SharedDirectoryStore::write_note(SpaceName space, Stamped<Note> Memory::*place,
                                                          Write write, Note note) {
  if (auto refused = refuse(space, nullptr, true)) co_return Failure{*refused};
  Memory& memory = memory_of(space);
  auto job = [notes = memory.notes, write, note = std::move(note)] { return (notes.*write)(note); };
  auto outcome = co_await on_disk(std::move(job));
  memory.*place = {};
  co_return outcome;
}

Async<StoreResult<std::vector<BuildFailures>>> SharedDirectoryStore::build_failures(const SpaceName& space) {
  return read_note(space, &Memory::failures, &SpaceNotes::build_failures);
}

Async<StoreResult<Done>> SharedDirectoryStore::set_build_failures(const SpaceName& space,
                                                                  std::vector<BuildFailures> failures) {
  return write_note(space, &Memory::failures, &SpaceNotes::set_build_failures, std::move(failures));
}

Async<StoreResult<std::optional<Ramp>>> SharedDirectoryStore::ramp(const SpaceName& space) {
  return read_note(space, &Memory::ramp, &SpaceNotes::ramp);
}

Async<StoreResult<Done>> SharedDirectoryStore::set_ramp(const SpaceName& space, Ramp ramp) {
  return write_note(space, &Memory::ramp, &SpaceNotes::set_ramp, std::optional(std::move(ramp)));
}

Async<StoreResult<Done>> SharedDirectoryStore::publish_status(const SpaceName& space, std::string document) {
  if (auto refused = refuse(space, nullptr, true)) co_return Failure{*refused};
  auto job = [state_dir = state_dir_, space, document = std::move(document)] {
    return write_status_file(state_dir, space, document);
  };
  co_return co_await on_disk(std::move(job));
}

}  // namespace vacuum
