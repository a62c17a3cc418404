#include "adapters/shared_directory/machine_directory_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <optional>

#include "base/text.hpp"

namespace vacuum::shared_directory {
namespace {

constexpr std::size_t kFeatureBytesMax = 4096;
constexpr std::size_t kFeatureKeysMax = 1000;
constexpr std::size_t kListBytesMax = 8 << 20;
constexpr std::size_t kRuleBytesMax = 4096;
constexpr const char* kOutputs = "joboutputs";
constexpr const char* kLastingOutput = "shutdown_message";

bool means_absent(int code) {
  return code == ENOENT || code == ENOTDIR || code == ELOOP || code == EINVAL || code == EISDIR ||
         code == ENXIO;
}

Failure<FilesError> to_files_error(DiskError error) {
  FilesDecision decision = FilesDecision::try_later;
  if (means_absent(error.code)) decision = FilesDecision::absent;
  if (error.code == ENOSPC || error.code == EDQUOT) decision = FilesDecision::disk_full;
  return Failure{FilesError{decision, std::move(error.message)}};
}

Failure<FilesError> no_such(std::string_view what) {
  return Failure{FilesError{FilesDecision::absent, "no such " + std::string(what)}};
}

FilesResult<std::string> content_of(const DiskResult<Directory>& folder, const std::string& name,
                                    std::size_t limit) {
  if (!folder) return to_files_error(folder.error());
  auto content = read_start(*folder, name, limit);
  if (!content) return to_files_error(std::move(content.error()));
  return std::move(*content);
}

std::optional<struct stat> look_at(const Directory& folder, const std::string& name) {
  struct stat status {};
  if (::fstatat(folder.descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  return status;
}

/// What lies in a machine's joboutputs, without the file that is about to be replaced.
struct Usage {
  std::size_t files = 0;
  std::size_t bytes = 0;
};
DiskResult<Usage> usage_of(const Directory& outputs, const std::string& without, std::size_t entries_max) {
  auto entries = list_directory(outputs, entries_max);
  if (!entries) return Failure{std::move(entries.error())};
  Usage usage;
  for (const auto& entry : *entries) {
    const auto status = look_at(outputs, entry.name);
    if (!status || entry.name == without) continue;
    if (entry.name.front() != '.') ++usage.files;  // the others are being written
    usage.bytes += static_cast<std::size_t>(status->st_size);
  }
  return usage;
}

/// Whether there is room for a file that is new or grows.
std::optional<FilesError> lack_of_room(const Directory& outputs, const std::string& file, std::size_t bytes,
                                       const OutputLimits& limits) {
  constexpr std::size_t kBeingWrittenMax = 100;
  const auto usage = usage_of(outputs, file, limits.files + kBeingWrittenMax);
  if (!usage && usage.error().code == EOVERFLOW)
    return FilesError{FilesDecision::too_many_files, usage.error().message};
  if (!usage) return to_files_error(usage.error()).error;
  if (usage->files + 1 > limits.files)
    return FilesError{FilesDecision::too_many_files, outputs.path() + " holds too many files"};
  if (usage->bytes + bytes > limits.machine_bytes)
    return FilesError{FilesDecision::machine_full, outputs.path() + " is full"};
  return std::nullopt;
}

DiskResult<Done> write_lasting(const Directory& outputs, const std::string& file,
                               const std::string& content) {
  const std::string temporary = temporary_name(file);
  if (auto made = create_file(outputs, temporary, content, 0644); !made) return made;
  const Descriptor made_file(
      ::openat(outputs.descriptor(), temporary.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  // The rename is what counts; without this it may come before the content.
  if (made_file.get() >= 0) ::fsync(made_file.get());
  auto renamed = rename_entry(outputs, temporary, outputs, file);
  if (!renamed) ::unlinkat(outputs.descriptor(), temporary.c_str(), 0);
  return renamed;
}

}  // namespace

DiskResult<Directory> MachineDirectoryFiles::open_parts(const std::vector<std::string>& names) const {
  auto root = open_root(shared_);
  if (!root) return root;
  return open_below(*root, names);
}

DiskResult<Directory> MachineDirectoryFiles::open_machine(const SpaceName& space,
                                                          const MachineName& machine) const {
  return open_parts({"spaces", space.text(), "current", machine.text()});
}

std::mutex& MachineDirectoryFiles::lock_of(const MachineName& machine) {
  return locks_[std::hash<MachineName>{}(machine) % kLocks];
}

FilesResult<std::string> MachineDirectoryFiles::feature(const SpaceName& space, const MachineName& machine,
                                                        FeatureFolder folder, const std::string& key) {
  if (!is_space_name(space.text()) || !is_machine_name(machine.text()) || !is_plain_name(key))
    return no_such("key");
  const auto at = open_parts({"spaces", space.text(), "current", machine.text(), to_string(folder)});
  return content_of(at, key, kFeatureBytesMax);
}

FilesResult<std::vector<std::string>> MachineDirectoryFiles::feature_keys(const SpaceName& space,
                                                                          const MachineName& machine,
                                                                          FeatureFolder folder) {
  if (!is_space_name(space.text()) || !is_machine_name(machine.text())) return no_such("machine");
  auto at = open_parts({"spaces", space.text(), "current", machine.text(), to_string(folder)});
  if (!at) return to_files_error(std::move(at.error()));
  auto entries = list_directory(*at, kFeatureKeysMax);
  if (!entries) return to_files_error(std::move(entries.error()));
  std::vector<std::string> keys;
  for (auto& entry : *entries)
    if (is_plain_name(entry.name)) keys.push_back(std::move(entry.name));
  std::ranges::sort(keys);
  return keys;
}

FilesResult<std::string> MachineDirectoryFiles::heartbeat_list(const SpaceName& space,
                                                               const MachinetypeName& machinetype) {
  if (!is_space_name(space.text()) || !is_machinetype_name(machinetype.text())) return no_such("list");
  const auto at = open_parts({"spaces", space.text(), "heartbeatlists"});
  return content_of(at, machinetype.text(), kListBytesMax);
}

FilesResult<OutputRule> MachineDirectoryFiles::output_rule(const SpaceName& space,
                                                           const MachineName& machine) {
  if (!is_space_name(space.text()) || !is_machine_name(machine.text())) return no_such("machine");
  const auto at = open_machine(space, machine);
  if (!at) return to_files_error(at.error());
  OutputRule rule;
  rule.is_over = look_at(*at, "stopped").has_value() || look_at(*at, "deleted").has_value();
  auto name = read_start(*at, "https_x509dn", kRuleBytesMax);
  if (name) {
    rule.https_x509dn = std::string(trim(*name));
  } else if (!means_absent(name.error().code)) {
    return to_files_error(std::move(name.error()));
  }
  return rule;
}

FilesResult<OutputChange> MachineDirectoryFiles::write_output(const SpaceName& space,
                                                              const MachineName& machine,
                                                              const std::string& file,
                                                              const std::string& content,
                                                              const OutputLimits& limits) {
  if (!is_space_name(space.text()) || !is_machine_name(machine.text()) || !is_plain_name(file))
    return no_such("file");
  auto at = open_parts({"spaces", space.text(), "current", machine.text(), kOutputs});
  if (!at && at.error().code == ENOENT) {  // not made yet
    at = open_machine(space, machine);
    if (at) at = enter_directory(*at, kOutputs);
  }
  if (!at) return to_files_error(std::move(at.error()));
  const std::scoped_lock lock(lock_of(machine));
  const auto before = look_at(*at, file);
  const bool grows = !before || static_cast<std::size_t>(before->st_size) < content.size();
  if (grows) {
    if (auto lack = lack_of_room(*at, file, content.size(), limits)) return Failure{std::move(*lack)};
  }
  auto written = file == kLastingOutput ? write_lasting(*at, file, content)
                                        : replace_passing_file(*at, file, content, 0644);
  if (!written) return to_files_error(std::move(written.error()));
  return before ? OutputChange::replaced : OutputChange::made;
}

}  // namespace vacuum::shared_directory
