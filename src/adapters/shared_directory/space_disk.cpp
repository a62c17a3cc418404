#include "adapters/shared_directory/space_disk.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>

#include <fmt/format.h>

#include "adapters/shared_directory/record_files.hpp"
#include "base/text.hpp"

namespace vacuum::shared_directory {
namespace {

constexpr std::size_t kRecordsMax = 1'000'000;
constexpr std::size_t kValueBytesMax = 4096;
constexpr int kArchiveSuffixMax = 100;
constexpr std::int64_t kLeftoverSeconds = 3600;  // longer than any add() takes
constexpr const char* kCurrent = "current";
constexpr const char* kDeleted = "deleted";
constexpr const char* kTemporary = "tmp";
constexpr const char* kOutputs = "joboutputs";
constexpr const char* kMessage = "shutdown_message";
constexpr std::string_view kProbe = ".probe.";

std::int64_t unix_now() {
  return std::chrono::duration_cast<Seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Failure<StoreError> bad_path(const std::string& path) {
  return Failure{
      StoreError{StoreDecision::retry, fmt::format("'{}' is no path in a record", printable(path))}};
}

Failure<StoreError> no_record(const MachineName& name) {
  return Failure{StoreError{StoreDecision::not_found, fmt::format("no record of {}", name)}};
}

unsigned mode_of(const RecordFile& file) {
  return file.readers == RecordFile::Readers::owner_only ? 0600 : 0644;
}

enum class Writing { new_files, replacing };

DiskResult<Done> write_file(const Directory& folder, const std::string& name, const RecordFile& file,
                            Writing how) {
  return how == Writing::new_files ? create_file(folder, name, file.content, mode_of(file))
                                   : replace_file(folder, name, file.content, mode_of(file));
}

StoreResult<Done> write_files(const Directory& machine, const std::vector<RecordFile>& files, Writing how) {
  for (const auto& file : files) {
    const auto path = parse_path(file.path);
    if (!path) return bad_path(file.path);
    DiskResult<Done> written = Done{};
    if (path->folder.empty()) {
      written = write_file(machine, path->name, file, how);
    } else {
      auto folder = enter_directory(machine, path->folder);
      if (!folder) return to_store_error(folder.error());
      written = write_file(*folder, path->name, file, how);
    }
    if (!written) return to_store_error(written.error());
  }
  return Done{};
}

/// The part of a heartbeat's path below current/, or nothing where a name could lead elsewhere.
std::optional<std::string> output_path(const HeartbeatQuery& query) {
  if (!is_machine_name(query.machine.text()) || !is_plain_name(query.file)) return std::nullopt;
  return fmt::format("{}/{}/{}", query.machine, kOutputs, query.file);
}

DiskResult<Directory> build_record(const Directory& temporary, const std::string& name) {
  auto machine = enter_directory(temporary, name);
  if (!machine) return machine;
  for (const char* folder : {"machinefeatures", "jobfeatures", kOutputs}) {
    if (auto made = make_directory(*machine, folder); !made) return Failure{made.error()};
  }
  return machine;
}

/// Removes what a crash left, once nobody can be at work on it. A failure is no harm: the next look tries
/// again.
void remove_if_left_over(const Directory& folder, const std::string& name) {
  struct stat status {};
  if (::fstatat(folder.descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return;
  if (unix_now() - status.st_mtim.tv_sec <= kLeftoverSeconds) return;
  [[maybe_unused]] const auto removed = remove_tree(folder, name);
}

void sweep(const Directory& temporary) {
  auto entries = list_directory(temporary, kRecordsMax);
  if (!entries) return;
  for (const auto& entry : *entries) remove_if_left_over(temporary, entry.name);
}

/// Makes and removes a file: what a client of a network file system had kept of the directory is void then.
DiskResult<Done> change(const Directory& folder) {
  const std::string probe = temporary_name("probe");
  if (auto made = create_file(folder, probe, {}, 0600); !made) return made;
  return remove_tree(folder, probe);
}

}  // namespace

std::vector<MachineName> names_of(CurrentNames found) {
  std::vector<MachineName> names;
  names.reserve(found.names.size());
  for (CurrentName& one : found.names) names.push_back(std::move(one.name));
  return names;
}

DiskResult<Directory> SpaceDisk::open_part(const std::string& part) const {
  auto at = open_root(shared_);
  for (const std::string& name : {std::string("spaces"), space_.text(), part}) {
    if (!at) return at;
    at = open_directory(*at, name);
  }
  return at;
}

StoreResult<Done> SpaceDisk::prepare() const {
  auto shared = open_root(shared_);
  if (!shared) return to_root_error(shared.error());
  auto spaces = enter_directory(*shared, "spaces");
  if (!spaces) return to_store_error(spaces.error());
  auto space = enter_directory(*spaces, space_.text());
  if (!space) return to_store_error(space.error());
  for (const char* part : {kCurrent, kDeleted, kTemporary}) {
    if (auto made = make_directory(*space, part); !made) return to_store_error(made.error());
  }
  return Done{};
}

StoreResult<std::optional<Stamp>> SpaceDisk::look() const {
  auto current = open_part(kCurrent);
  if (!current) {
    if (current.error().code == ENOENT) return std::optional<Stamp>{};
    return to_store_error(current.error());
  }
  auto stamp = stamp_directory(*current);
  if (!stamp) return to_store_error(stamp.error());
  return std::optional(*stamp);
}

StoreResult<CurrentNames> SpaceDisk::names(Look look) const {
  auto current = open_part(kCurrent);
  if (!current) return to_store_error(current.error());
  if (look == Look::after_a_change) {
    if (auto changed = change(*current); !changed) return to_store_error(changed.error());
  }
  auto stamp = stamp_directory(*current);
  if (!stamp) return to_store_error(stamp.error());
  CurrentNames answer{*stamp, is_settled(*stamp), {}};
  auto entries = list_directory(*current, kRecordsMax);
  if (!entries) return to_store_error(entries.error());
  for (auto& entry : *entries) {
    if (entry.maybe_directory && is_machine_name(entry.name)) {
      answer.names.push_back({MachineName(std::move(entry.name)), entry.inode});
    } else if (entry.name.starts_with(kProbe)) {
      remove_if_left_over(*current, entry.name);
    }
  }
  return answer;
}

StoreResult<std::vector<std::optional<ReadRecord>>> SpaceDisk::read(
    const std::vector<MachineName>& names) const {
  auto current = open_part(kCurrent);
  if (!current) return to_store_error(current.error());
  std::vector<std::optional<ReadRecord>> records;
  records.reserve(names.size());
  for (const auto& name : names) records.push_back(read_one(*current, name));
  return records;
}

StoreResult<Done> SpaceDisk::add(const MachineName& name, const std::vector<RecordFile>& files) const {
  auto current = open_part(kCurrent);
  if (!current) return to_store_error(current.error());
  auto temporary = open_part(kTemporary);
  if (!temporary) return to_store_error(temporary.error());
  const std::string building = temporary_name(name.text());
  auto machine = build_record(*temporary, building);
  StoreResult<Done> outcome = Done{};
  if (machine) {
    outcome = write_files(*machine, files, Writing::new_files);
  } else {
    outcome = to_store_error(machine.error());
  }
  if (outcome) {
    auto renamed = rename_entry(*temporary, building, *current, name.text());
    if (renamed) return Done{};
    outcome = to_store_error(renamed.error());
    if (is_name_taken(renamed.error())) outcome.error().decision = StoreDecision::exists;
  }
  [[maybe_unused]] const auto removed = remove_tree(*temporary, building);
  return outcome;
}

StoreResult<Done> SpaceDisk::update(const MachineName& name, const std::vector<RecordFile>& files) const {
  auto current = open_part(kCurrent);
  if (!current) return to_store_error(current.error());
  auto machine = open_directory(*current, name.text());
  if (!machine) return machine.error().code == ENOENT ? no_record(name) : to_store_error(machine.error());
  return write_files(*machine, files, Writing::replacing);
}

StoreResult<ArchivedName> SpaceDisk::archive(const MachineName& name) const {
  auto current = open_part(kCurrent);
  if (!current) return to_store_error(current.error());
  auto deleted = open_part(kDeleted);
  if (!deleted) return to_store_error(deleted.error());
  {
    auto machine = open_directory(*current, name.text());
    if (!machine) return machine.error().code == ENOENT ? no_record(name) : to_store_error(machine.error());
    // Its directory's time tells expire() when it was archived. Where it cannot be set, its last change is
    // used.
    [[maybe_unused]] const int touched = ::futimens(machine->descriptor(), nullptr);
  }
  std::string archived = name.text();
  for (int suffix = 1;; ++suffix) {
    auto renamed = rename_entry(*current, name.text(), *deleted, archived);
    if (renamed) return ArchivedName{std::move(archived), from_unix(unix_now())};
    if (renamed.error().code == ENOENT) return no_record(name);
    if (!is_name_taken(renamed.error()) || suffix > kArchiveSuffixMax) return to_store_error(renamed.error());
    archived = fmt::format("{}.{}", name, suffix);
  }
}

StoreResult<Done> SpaceDisk::discard(const MachineName& name) const {
  auto current = open_part(kCurrent);
  if (!current) return to_store_error(current.error());
  auto temporary = open_part(kTemporary);
  if (!temporary) return to_store_error(temporary.error());
  // Out of sight in one step first: nobody sees half a record.
  const std::string discarded = temporary_name(name.text());
  auto renamed = rename_entry(*current, name.text(), *temporary, discarded);
  if (!renamed) return renamed.error().code == ENOENT ? no_record(name) : to_store_error(renamed.error());
  [[maybe_unused]] const auto removed = remove_tree(*temporary, discarded);  // else the sweep takes it
  return Done{};
}

StoreResult<std::vector<ArchivedName>> SpaceDisk::archived() const {
  if (auto temporary = open_part(kTemporary)) sweep(*temporary);
  auto deleted = open_part(kDeleted);
  if (!deleted) {
    if (deleted.error().code == ENOENT) return std::vector<ArchivedName>{};
    return to_store_error(deleted.error());
  }
  auto entries = list_directory(*deleted, kRecordsMax);
  if (!entries) return to_store_error(entries.error());
  std::vector<ArchivedName> names;
  for (auto& entry : *entries) {
    struct stat status {};
    if (!entry.maybe_directory || !is_machine_name(entry.name)) continue;
    if (::fstatat(deleted->descriptor(), entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (S_ISDIR(status.st_mode)) names.push_back({std::move(entry.name), from_unix(status.st_mtim.tv_sec)});
  }
  return names;
}

StoreResult<Done> SpaceDisk::remove_archived(const std::vector<std::string>& names) const {
  auto deleted = open_part(kDeleted);
  if (!deleted) return to_store_error(deleted.error());
  for (const auto& name : names) {
    if (auto removed = remove_tree(*deleted, name); !removed) return to_store_error(removed.error());
  }
  return Done{};
}

StoreResult<std::vector<std::optional<TimePoint>>> SpaceDisk::heartbeats(
    const std::vector<HeartbeatQuery>& queries) const {
  auto current = open_part(kCurrent);
  if (!current) return to_store_error(current.error());
  std::vector<std::optional<TimePoint>> times(queries.size());
  for (std::size_t i = 0; i < queries.size(); ++i) {
    const auto path = output_path(queries[i]);
    struct stat status {};
    if (!path) continue;
    if (::fstatat(current->descriptor(), path->c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
      if (S_ISREG(status.st_mode)) times[i] = from_unix(status.st_mtim.tv_sec);
    } else if (const int code = errno; !means_absent(code)) {
      // A disk with a bad moment must not look like a machine without a heartbeat.
      const std::string reason = std::system_category().message(code);
      return to_store_error({code, fmt::format("cannot look at {}/{}: {}", current->path(), *path, reason)});
    }
  }
  return times;
}

StoreResult<std::optional<std::string>> SpaceDisk::shutdown_message(const MachineName& name) const {
  auto at = open_part(kCurrent);
  for (const std::string& folder : {name.text(), std::string(kOutputs)}) {
    if (at) at = open_directory(*at, folder);
  }
  if (at) {
    auto content = read_start(*at, kMessage, kValueBytesMax);
    if (content) return std::optional(std::move(*content));
    at = Failure{content.error()};
  }
  if (means_absent(at.error().code)) return std::optional<std::string>{};
  return to_store_error(at.error());
}

StoreResult<Done> SpaceDisk::leave_shutdown_message(const MachineName& name,
                                                    const std::string& message) const {
  auto current = open_part(kCurrent);
  if (!current) return to_store_error(current.error());
  auto machine = open_directory(*current, name.text());
  if (!machine) return machine.error().code == ENOENT ? no_record(name) : to_store_error(machine.error());
  auto outputs = enter_directory(*machine, kOutputs);
  if (!outputs) return to_store_error(outputs.error());
  auto left = offer_file(*outputs, kMessage, message, 0644);
  if (!left) return to_store_error(left.error());
  return Done{};
}

}  // namespace vacuum::shared_directory
