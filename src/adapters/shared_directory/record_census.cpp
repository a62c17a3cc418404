#include "adapters/shared_directory/record_census.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <optional>
#include <vector>

#include "adapters/shared_directory/disk.hpp"
#include "adapters/shared_directory/record_files.hpp"
#include "adapters/shared_directory/record_values.hpp"
#include "adapters/shared_directory/space_disk.hpp"
#include "adapters/shared_directory/store_errors.hpp"

namespace vacuum {

using namespace shared_directory;

namespace {

constexpr std::size_t kSpacesMax = 100'000;
constexpr std::size_t kValueBytesMax = 4096;
/// Records read by one job: each job is to end well within the worker's deadline, on a slow NFS too.
constexpr std::size_t kRecordsPerJob = 256;

using Makers = std::set<IncarnationId>;

StoreResult<std::vector<SpaceName>> list_spaces(const std::string& shared) {
  std::vector<SpaceName> spaces;
  auto root = open_root(shared);
  if (!root) return to_root_error(root.error());
  const auto folder = open_directory(*root, "spaces");
  if (!folder) {
    if (folder.error().code == ENOENT) return spaces;
    return to_store_error(folder.error());
  }
  auto entries = list_directory(*folder, kSpacesMax);
  if (!entries) return to_store_error(entries.error());
  for (auto& entry : *entries) {
    if (entry.maybe_directory && is_space_name(entry.name)) spaces.emplace_back(std::move(entry.name));
  }
  return spaces;
}

StoreResult<std::vector<MachineName>> list_records(const SpaceDisk& disk) {
  const auto stamp = disk.look();
  if (!stamp) return Failure{stamp.error()};
  if (!*stamp) return std::vector<MachineName>{};
  auto found = disk.names(Look::at_once);
  if (!found) return Failure{found.error()};
  return names_of(std::move(*found));
}

/// Nothing where the record went away meanwhile.
StoreResult<std::optional<IncarnationId>> maker_of(const Directory& current, const MachineName& name) {
  const auto machine = open_directory(current, name.text());
  if (!machine) {
    if (means_absent(machine.error().code)) return std::optional<IncarnationId>{};
    return to_store_error(machine.error());
  }
  std::optional<DiskError> unreadable;
  const auto read = [&](const std::string& path) -> std::optional<std::string> {
    if (path != kIncarnationFile && path != kManagerFile) return std::nullopt;
    auto content = read_start(*machine, path, kValueBytesMax);
    if (content) return std::move(*content);
    if (!means_absent(content.error().code)) unreadable = content.error();
    return std::nullopt;
  };
  const MachineRecord record = read_record(name, read);
  if (unreadable) return to_store_error(*unreadable);
  return std::optional(first_manager_of(record));
}

StoreResult<Makers> makers_of(const std::string& shared, const SpaceName& space,
                              const std::vector<MachineName>& records) {
  Makers makers;
  const std::vector<std::string> path{"spaces", space.text(), "current"};
  auto root = open_root(shared);
  if (!root) return to_root_error(root.error());
  const auto current = open_below(*root, path);
  if (!current) return to_store_error(current.error());
  for (const MachineName& record : records) {
    auto maker = maker_of(*current, record);
    if (!maker) return Failure{maker.error()};
    if (*maker) makers.insert(std::move(**maker));
  }
  return makers;
}

}  // namespace

Async<StoreResult<std::set<IncarnationId>>> RecordCensus::makers() {
  auto list = [shared = shared_] { return list_spaces(shared); };
  auto listed = co_await worker_.run(std::move(list));
  const auto spaces = or_late(std::move(listed), shared_);
  if (!spaces) co_return Failure{spaces.error()};
  Makers makers;
  for (const SpaceName& space : *spaces) {
    auto look = [disk = SpaceDisk(shared_, space)] { return list_records(disk); };
    auto looked = co_await worker_.run(std::move(look));
    const auto records = or_late(std::move(looked), shared_);
    if (!records) co_return Failure{records.error()};
    for (std::size_t begin = 0; begin < records->size(); begin += kRecordsPerJob) {
      const auto first = records->begin() + static_cast<std::ptrdiff_t>(begin);
      const auto last =
          first + static_cast<std::ptrdiff_t>(std::min(kRecordsPerJob, records->size() - begin));
      auto read = [shared = shared_, space, part = std::vector<MachineName>(first, last)] {
        return makers_of(shared, space, part);
      };
      auto outcome = co_await worker_.run(std::move(read));
      auto some = or_late(std::move(outcome), shared_);
      if (!some) co_return Failure{some.error()};
      makers.merge(*some);
    }
  }
  co_return makers;
}

}  // namespace vacuum
