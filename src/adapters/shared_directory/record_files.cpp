#include "adapters/shared_directory/record_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "adapters/shared_directory/record_values.hpp"

namespace vacuum::shared_directory {
namespace {

constexpr std::size_t kValueBytesMax = 4096;

/// Reads values of one record, opening each folder once.
class ValueFiles {
 public:
  explicit ValueFiles(const Directory& machine)
      : machine_(machine),
        job_features_(open_directory(machine, "jobfeatures")),
        machine_features_(open_directory(machine, "machinefeatures")) {
    complete_ = usable(job_features_) && usable(machine_features_);
  }

  std::optional<std::string> read(const std::string& path) {
    const auto parts = parse_path(path);
    if (!parts) return std::nullopt;
    if (parts->folder.empty()) return read_from(machine_, parts->name);
    const auto& folder = parts->folder == "jobfeatures" ? job_features_ : machine_features_;
    return folder.ok() ? read_from(*folder, parts->name) : std::nullopt;
  }

  [[nodiscard]] bool complete() const { return complete_; }
  [[nodiscard]] const std::optional<DiskError>& owner_unknown() const { return owner_unknown_; }

 private:
  static bool usable(const DiskResult<Directory>& folder) {
    return folder.ok() || means_absent(folder.error().code);
  }

  std::optional<std::string> read_from(const Directory& folder, const std::string& name) {
    auto content = read_start(folder, name, kValueBytesMax);
    if (content) return std::move(*content);
    if (!means_absent(content.error().code)) {
      complete_ = false;
      if (name == kIncarnationFile) owner_unknown_ = content.error();
    }
    return std::nullopt;
  }

  const Directory& machine_;
  DiskResult<Directory> job_features_;
  DiskResult<Directory> machine_features_;
  bool complete_ = true;
  std::optional<DiskError> owner_unknown_;
};

/// Whether what was opened as `name` is still there under that name.
bool is_still_there(const Directory& current, const std::string& name, const Directory& opened) {
  struct stat named {};
  struct stat held {};
  return ::fstatat(current.descriptor(), name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         ::fstat(opened.descriptor(), &held) == 0 && named.st_ino == held.st_ino;
}

}  // namespace

std::optional<FilePath> parse_path(const std::string& path) {
  const auto slash = path.find('/');
  FilePath parts;
  if (slash != std::string::npos) parts.folder = path.substr(0, slash);
  parts.name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (!is_plain_name(parts.name) || (slash != std::string::npos && !is_plain_name(parts.folder)))
    return std::nullopt;
  return parts;
}

bool means_absent(int code) {
  return code == ENOENT || code == ELOOP || code == ENOTDIR || code == EINVAL || code == EISDIR ||
         code == ENXIO;
}

std::optional<ReadRecord> read_one(const Directory& current, const MachineName& name) {
  auto machine = open_directory(current, name.text());
  if (!machine) {
    if (means_absent(machine.error().code)) return std::nullopt;
    ReadRecord unreadable;
    unreadable.record.name = name;
    unreadable.complete = false;
    unreadable.owner_unknown = machine.error();
    return unreadable;
  }
  ValueFiles values(*machine);
  ReadRecord answer;
  answer.record = read_record(name, [&](const std::string& path) { return values.read(path); });
  answer.complete = values.complete();
  answer.owner_unknown = values.owner_unknown();
  // One that another manager removes meanwhile loses its files one by one.
  if (answer.record.incarnation.empty() && !is_still_there(current, name.text(), *machine))
    return std::nullopt;
  return answer;
}

}  // namespace vacuum::shared_directory
