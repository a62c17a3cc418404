#include "adapters/shared_directory/heartbeat_list_files.hpp"

#include <optional>
#include <utility>

#include "adapters/shared_directory/disk.hpp"
#include "adapters/shared_directory/space_disk.hpp"

namespace vacuum {
namespace {

using namespace shared_directory;
using Lists = std::map<MachinetypeName, std::string>;

constexpr std::size_t kListsMax = 100'000;

/// Removes the lists of machinetypes that are no more.
DiskResult<Done> remove_others(const Directory& directory, const Lists& lists) {
  auto entries = list_directory(directory, kListsMax);
  if (!entries) return Failure{entries.error()};
  for (const DirectoryEntry& entry : *entries) {
    if (!is_machinetype_name(entry.name) || lists.contains(MachinetypeName{entry.name})) continue;
    if (auto removed = remove_tree(directory, entry.name); !removed) return removed;
  }
  return Done{};
}

DiskResult<Done> write_lists(const std::string& shared, const SpaceName& space, const Lists& lists,
                             const std::optional<Lists>& written) {
  auto at = open_root(shared);
  for (const std::string& name : {std::string("spaces"), space.text(), std::string("heartbeatlists")}) {
    if (!at) return Failure{at.error()};
    at = enter_directory(*at, name);
  }
  if (!at) return Failure{at.error()};
  for (const auto& [machinetype, text] : lists) {
    const auto known = written ? written->find(machinetype) : Lists::const_iterator{};
    if (written && known != written->end() && known->second == text) continue;
    if (auto replaced = replace_file(*at, machinetype.text(), text, 0644); !replaced) return replaced;
  }
  return remove_others(*at, lists);
}

}  // namespace

Async<StoreResult<Done>> HeartbeatListFiles::publish(const SpaceName& space, Lists lists) {
  const auto known = written_.find(space);
  if (known != written_.end() && known->second == lists) co_return Done{};
  std::optional<Lists> written;
  if (known != written_.end()) written = std::move(known->second);
  written_.erase(space);  // after a failure all are written again
  auto job = [shared = shared_, space, lists, written = std::move(written)] {
    return write_lists(shared, space, lists, written);
  };
  auto outcome = co_await worker_.run(std::move(job));
  if (!outcome) {
    co_return Failure{
        StoreError{StoreDecision::retry, fmt::format("the disk of {} does not answer in time", shared_)}};
  }
  if (!*outcome) co_return to_store_error(outcome->error());
  written_.emplace(space, std::move(lists));
  co_return Done{};
}

}  // namespace vacuum
