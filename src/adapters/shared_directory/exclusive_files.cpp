#include "adapters/shared_directory/exclusive_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <system_error>

#include <fmt/format.h>

namespace vacuum::shared_directory {
namespace {

constexpr std::int64_t kLeftoverSeconds = 3600;  // longer than any step takes

Failure<DiskError> failed(std::string_view verb, const Directory& folder, std::string_view name, int code) {
  const std::string reason = std::system_category().message(code);
  return Failure{DiskError{code, fmt::format("cannot {} {}/{}: {}", verb, folder.path(), name, reason)}};
}

DiskResult<Done> bring_to_disk(const Directory& folder, const std::string& name) {
  const int descriptor = ::openat(folder.descriptor(), name.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) return failed("open", folder, name, errno);
  const int code = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  if (code != 0) return failed("write", folder, name, code);
  return Done{};
}

bool are_one_file(const Directory& folder, const std::string& first, const std::string& second) {
  struct stat one {};
  struct stat other {};
  return ::fstatat(folder.descriptor(), first.c_str(), &one, AT_SYMLINK_NOFOLLOW) == 0 &&
         ::fstatat(folder.descriptor(), second.c_str(), &other, AT_SYMLINK_NOFOLLOW) == 0 &&
         one.st_ino == other.st_ino && one.st_dev == other.st_dev;
}

bool lacks_links(int code) {
  return code == EPERM || code == EOPNOTSUPP || code == ENOSYS || code == EMLINK;
}

/// Renames unless the new name is there. Not the first choice: NFS and CephFS refuse it, and behind FUSE it
/// depends on a program whether it is one step.
DiskResult<Claim> rename_to_free_name(const Directory& folder, const std::string& from,
                                      const std::string& to) {
  const int at = folder.descriptor();
  if (::renameat2(at, from.c_str(), at, to.c_str(), RENAME_NOREPLACE) == 0) return Claim::made;
  if (errno == EEXIST) return Claim::taken;
  auto failure = failed("make", folder, to, errno);
  if (errno == EINVAL || errno == ENOSYS) {
    failure.error.message +=
        "; this file system has neither hard links nor exclusive renames, so managers cannot work together "
        "on it";
  }
  return failure;
}

/// Gives the whole file `made` the name `name`; removes `made`.
DiskResult<Claim> claim_name(const Directory& folder, const std::string& made, const std::string& name) {
  auto claimed = claim_second_name(folder, made, name);
  if (!claimed && lacks_links(claimed.error().code)) claimed = rename_to_free_name(folder, made, name);
  ::unlinkat(folder.descriptor(), made.c_str(), 0);
  return claimed;
}

}  // namespace

DiskResult<Claim> claim_second_name(const Directory& folder, const std::string& name,
                                    const std::string& second) {
  const int at = folder.descriptor();
  if (::linkat(at, name.c_str(), at, second.c_str(), 0) == 0) return Claim::made;
  const int code = errno;
  // NFS may have repeated a step that was done and whose answer was lost.
  if (code == EEXIST) return are_one_file(folder, name, second) ? Claim::made : Claim::taken;
  return failed("make", folder, second, code);
}

DiskResult<Claim> claim_file(const Directory& folder, const std::string& name, std::string_view content,
                             unsigned mode) {
  const std::string temporary = temporary_name(name);
  if (auto created = create_file(folder, temporary, content, mode); !created) return Failure{created.error()};
  if (auto synced = bring_to_disk(folder, temporary); !synced) {
    ::unlinkat(folder.descriptor(), temporary.c_str(), 0);
    return Failure{synced.error()};
  }
  return claim_name(folder, temporary, name);
}

DiskResult<Done> remove_file(const Directory& folder, const std::string& name) {
  if (::unlinkat(folder.descriptor(), name.c_str(), 0) == 0 || errno == ENOENT) return Done{};
  return failed("remove", folder, name, errno);
}

void sweep_temporaries(const Directory& folder, const std::vector<DirectoryEntry>& entries) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto now_s = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  for (const DirectoryEntry& entry : entries) {
    struct stat status {};
    if (!entry.name.starts_with('.')) continue;
    if (::fstatat(folder.descriptor(), entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (now_s - status.st_mtim.tv_sec <= kLeftoverSeconds || S_ISDIR(status.st_mode)) continue;
    // Where that fails the next sweep tries again.
    [[maybe_unused]] const int removed = ::unlinkat(folder.descriptor(), entry.name.c_str(), 0);
  }
}

}  // namespace vacuum::shared_directory
