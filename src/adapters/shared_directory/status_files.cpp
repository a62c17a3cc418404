#include "adapters/shared_directory/status_files.hpp"

#include <algorithm>
#include <cerrno>
#include <set>

#include "adapters/shared_directory/disk.hpp"
#include "adapters/shared_directory/space_disk.hpp"

namespace vacuum::shared_directory {
namespace {

constexpr std::size_t kSpacesMax = 10'000;
constexpr std::size_t kStatusBytesMax = 16 << 20;
constexpr std::string_view kStatusSuffix = ".json";

void add_names(std::set<SpaceName>& names, const DiskResult<Directory>& folder, std::string_view suffix) {
  if (!folder) return;
  const auto entries = list_directory(*folder, kSpacesMax);
  if (!entries) return;
  for (const auto& entry : *entries) {
    std::string_view name = entry.name;
    if (!name.ends_with(suffix)) continue;
    name.remove_suffix(suffix.size());
    if (is_space_name(name)) names.emplace(std::string(name));
  }
}

}  // namespace

std::vector<SpaceName> StatusFiles::spaces() {
  std::set<SpaceName> names;
  add_names(names, open_root(state_ + "/status"), kStatusSuffix);
  add_names(names, open_root(state_ + "/shared/spaces"), "");
  return {names.begin(), names.end()};
}

Result<std::optional<std::string>, std::string> StatusFiles::status(const SpaceName& space) {
  if (!is_space_name(space.text())) return std::optional<std::string>();
  const auto folder = open_root(state_ + "/status");
  if (!folder && folder.error().code == ENOENT) return std::optional<std::string>();
  if (!folder) return Failure{folder.error().message};
  auto text = read_start(*folder, space.text() + std::string(kStatusSuffix), kStatusBytesMax);
  if (!text && text.error().code == ENOENT) return std::optional<std::string>();
  if (!text) return Failure{std::move(text.error().message)};
  return std::optional(std::move(*text));
}

Result<std::vector<MachineName>, std::string> StatusFiles::machines(const SpaceName& space) {
  if (!is_space_name(space.text())) return std::vector<MachineName>();
  const SpaceDisk disk(state_ + "/shared", space);
  const auto there = disk.look();
  if (!there) return Failure{there.error().message};
  if (!*there) return std::vector<MachineName>();
  auto current = disk.names(Look::at_once);
  if (!current) return Failure{std::move(current.error().message)};
  auto names = names_of(std::move(*current));
  std::ranges::sort(names);
  return names;
}

Result<std::vector<MachineRecord>, std::string> StatusFiles::records(
    const SpaceName& space, const std::vector<MachineName>& machines) {
  const SpaceDisk disk(state_ + "/shared", space);
  auto read = disk.read(machines);
  if (!read) return Failure{std::move(read.error().message)};
  std::vector<MachineRecord> records;
  for (auto& one : *read)
    if (one) records.push_back(std::move(one->record));
  return records;
}

StoreResult<Done> write_status_file(const std::string& state, const SpaceName& space,
                                    const std::string& document) {
  auto root = open_root(state);
  if (!root) return to_store_error(root.error());
  auto folder = enter_directory(*root, "status");
  if (!folder) return to_store_error(folder.error());
  auto written = replace_file(*folder, space.text() + std::string(kStatusSuffix), document, 0644);
  if (!written) return to_store_error(written.error());
  return Done{};
}

}  // namespace vacuum::shared_directory
