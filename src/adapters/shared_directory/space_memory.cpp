#include "adapters/shared_directory/space_memory.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace vacuum::shared_directory {
namespace {

/// Even an unchanged directory is looked through every so often: some file systems keep coarse times.
constexpr int kLoadsPerScan = 32;

}  // namespace

void SpaceMemory::remember(const MachineRecord& record) {
  records.insert_or_assign(record.name, Entry{record, ++changes, true, false});
}

void SpaceMemory::forget(const MachineName& name) {
  records.erase(name);
  ++changes;
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

std::vector<MachineName> SpaceMemory::unread(const std::vector<MachineName>& there,
                                             std::uint64_t changes_before) {
  const std::set<MachineName> names(there.begin(), there.end());
  std::erase_if(records, [&](const auto& item) {
    return item.second.changed <= changes_before && !names.contains(item.first);
  });
  std::vector<MachineName> unread;
  for (const auto& name : names) {
    const auto known = records.find(name);
    const bool is_known = known != records.end() && known->second.complete && !known->second.stale;
    if (!is_known) unread.push_back(name);
  }
  return unread;
}

StoreResult<Done> SpaceMemory::take(const MachineName& name, std::optional<ReadRecord> found,
                                    std::uint64_t changes_before) {
  const auto known = records.find(name);
  if (known != records.end() && known->second.changed > changes_before) return Done{};
  if (!found) {
    records.erase(name);
    return Done{};
  }
  if (found->owner_unknown) {
    auto failure = to_store_error(std::move(*found->owner_unknown));
    failure.error.message += "; so it is not known which manager the machine belongs to";
    return failure;
  }
  records.insert_or_assign(name,
                           Entry{std::move(found->record), 0, found->complete, made_stale > changes_before});
  return Done{};
}

void SpaceMemory::note_scan(const CurrentNames& found, std::uint64_t changes_before) {
  if (found.settled && made_stale <= changes_before) scanned = found.stamp;
  loads_since_scan = 0;
  incomplete = static_cast<int>(
      std::ranges::count_if(records, [](const auto& item) { return !item.second.complete; }));
}

}  // namespace vacuum::shared_directory
