#include "adapters/shared_directory/space_memory.hpp"

#include <algorithm>
#include <utility>

namespace vacuum::shared_directory {
namespace {

/// Even an unchanged directory is looked through every so often: some file systems keep coarse times.
constexpr int kLoadsPerScan = 64;
/// Who asks less often than so many records go is answered all.
constexpr std::size_t kGoneMax = 20'000;

}  // namespace

void SpaceMemory::remember_new(const MachineRecord& record) {
  records.insert_or_assign(record.name,
                           Entry{.record = PackedRecord(record), .changed = ++changes, .version = ++version});
}

void SpaceMemory::remember(const MachineRecord& record) {
  const auto known = records.find(record.name);
  const std::uint64_t inode = known == records.end() ? 0 : known->second.inode;
  const bool is_known = known != records.end();
  remember_new(record);
  Entry& entry = records.at(record.name);
  entry.inode = inode;
  if (!is_known) make_stale({record.name});
}

void SpaceMemory::forget(const MachineName& name) {
  if (records.erase(name) > 0) note_gone(name);
  ++changes;
}

void SpaceMemory::note_gone(const MachineName& name) {
  gone.emplace_back(++version, name);
  if (gone.size() <= kGoneMax) return;
  gone_before = gone.front().first;
  gone.pop_front();
}

RecordChanges SpaceMemory::changes_since(std::optional<RecordMark> since) const {
  const bool is_all = !since || *since < gone_before || *since > version;
  RecordChanges found{.scope = is_all ? RecordChanges::Scope::all : RecordChanges::Scope::since,
                      .mark = version};
  if (is_all) found.records.reserve(records.size());
  if (!is_all && *since == version) return found;
  for (const auto& [name, entry] : records) {
    if (is_all || entry.version > *since) found.records.push_back(entry.record.unpack(name));
  }
  if (is_all) return found;
  for (auto item = gone.rbegin(); item != gone.rend() && item->first > *since; ++item) {
    if (!records.contains(item->second)) found.gone.push_back(item->second);
  }
  return found;
}

void SpaceMemory::make_stale(const std::vector<MachineName>& machines) {
  for (const MachineName& machine : machines) {
    const auto known = records.find(machine);
    if (known != records.end()) known->second.stale = true;
  }
  made_stale = ++changes;
  scanned.reset();
}

void SpaceMemory::make_all_stale() {
  for (auto& [name, entry] : records) entry.stale = true;
  made_stale = ++changes;
  scanned.reset();
}

bool SpaceMemory::is_current(const std::optional<Stamp>& stamp) const {
  return stamp && stamp == scanned && incomplete == 0 && loads_since_scan < kLoadsPerScan;
}

/// Drops one that a look which began at `changes_before` did not find; answers the next.
SpaceMemory::Entries::iterator SpaceMemory::drop(Entries::iterator entry, std::uint64_t changes_before) {
  if (entry->second.changed > changes_before) return ++entry;
  note_gone(entry->first);
  return records.erase(entry);
}

/// Whether what is known is of the record that a look found under its name. Of one that this process has just
/// made, the first look tells the inode.
bool SpaceMemory::is_known(Entry& entry, const CurrentName& there) {
  if (entry.inode == 0) entry.inode = there.inode;
  return entry.complete && !entry.stale && entry.inode == there.inode;
}

std::vector<CurrentName> SpaceMemory::unread(std::vector<CurrentName> there, std::uint64_t changes_before) {
  // Both in order: one walk over both.
  std::ranges::sort(there, {}, &CurrentName::name);
  std::vector<CurrentName> unread;
  auto known = records.begin();
  for (CurrentName& one : there) {
    while (known != records.end() && known->first < one.name) known = drop(known, changes_before);
    const bool is_there = known != records.end() && known->first == one.name;
    const bool needs_no_look = is_there && is_known(known->second, one);
    if (is_there) ++known;
    if (!needs_no_look) unread.push_back(std::move(one));
  }
  while (known != records.end()) known = drop(known, changes_before);
  return unread;
}

StoreResult<Done> SpaceMemory::take(const CurrentName& there, std::optional<ReadRecord> found,
                                    std::uint64_t changes_before) {
  const MachineName& name = there.name;
  const auto known = records.find(name);
  if (known != records.end() && known->second.changed > changes_before) {
    if (known->second.inode != there.inode) make_stale({name});
    return Done{};
  }
  if (!found) {
    if (records.erase(name) > 0) note_gone(name);
    return Done{};
  }
  if (found->owner_unknown) {
    auto failure = to_store_error(std::move(*found->owner_unknown));
    failure.error.message += "; so it is not known which manager the machine belongs to";
    return failure;
  }
  records.insert_or_assign(name, Entry{.record = PackedRecord(found->record),
                                       .version = ++version,
                                       .inode = there.inode,
                                       .complete = found->complete,
                                       .stale = made_stale > changes_before});
  return Done{};
}

void SpaceMemory::note_scan(const CurrentNames& found, std::uint64_t changes_before) {
  if (found.settled && made_stale <= changes_before) scanned = found.stamp;
  loads_since_scan = 0;
  incomplete = static_cast<int>(
      std::ranges::count_if(records, [](const auto& item) { return !item.second.complete; }));
}

}  // namespace vacuum::shared_directory
