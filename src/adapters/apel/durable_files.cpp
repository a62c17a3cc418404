#include "adapters/apel/durable_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "ports/descriptor.hpp"

namespace vacuum::apel {
namespace {

constexpr unsigned kFileMode = 0644;
constexpr unsigned kModeBits = 07777;
constexpr int kSyncsAgain = 3;

Failure<StoreError> failed(std::string_view verb, const std::string& path, int code) {
  const std::string reason = std::system_category().message(code);
  return Failure{StoreError{StoreDecision::retry, fmt::format("cannot {} {}: {}", verb, path, reason)}};
}

StoreResult<Done> sync_directory(const std::string& path) {
  const Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0) return failed("open", path, errno);
  if (::fsync(directory.get()) != 0) return failed("write", path, errno);
  return Done{};
}

std::string joined(const std::string& directory, const std::string& name) {
  return fmt::format("{}/{}", directory, name);
}

}  // namespace

StoreResult<Done> make_file(const std::string& path, std::string_view content) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode));
  if (file.get() < 0) return failed("make", path, errno);
  int code = write_all(file.get(), content);
  if (code == 0 && ::fsync(file.get()) != 0) code = errno;
  if (const int closing = file.close(); code == 0) code = closing;
  if (code == 0) return Done{};
  ::unlink(path.c_str());
  return failed("write", path, code);
}

StoreResult<Done> make_directory(const std::string& parent, const std::string& name) {
  const std::string path = joined(parent, name);
  if (::mkdir(path.c_str(), 0755) != 0) {
    if (errno != EEXIST) return failed("make the directory", path, errno);
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
      // Removed in this moment: who moves a file there sees it.
      return errno == ENOENT ? StoreResult<Done>(Done{}) : failed("look at", path, errno);
    }
    return S_ISDIR(status.st_mode) ? StoreResult<Done>(Done{}) : failed("make the directory", path, ENOTDIR);
  }
  struct stat above {};
  if (::stat(parent.c_str(), &above) != 0) return failed("look at", parent, errno);
  // Made by root's hand, it is still for the daemon to write to.
  if (::geteuid() == 0 && ::chown(path.c_str(), above.st_uid, above.st_gid) != 0 && errno != ENOENT)
    return failed("set the owner of", path, errno);
  return sync_directory(parent);
}

StoreResult<Done> make_day(const std::string& parent, const std::string& name) {
  if (auto made = make_directory(parent, name); !made) return made;
  const std::string path = joined(parent, name);
  struct stat above {};
  struct stat own {};
  if (::stat(parent.c_str(), &above) != 0) return failed("look at", parent, errno);
  if (::stat(path.c_str(), &own) != 0)
    return errno == ENOENT ? StoreResult<Done>(Done{}) : failed("look at", path, errno);
  const unsigned mode = above.st_mode & kModeBits;
  if ((own.st_mode & kModeBits) == mode || ::chmod(path.c_str(), mode) == 0) return Done{};
  // One that an admin made himself may be somebody else's; it is taken as it is.
  const bool is_fine = errno == EPERM || errno == ENOENT;
  return is_fine ? StoreResult<Done>(Done{}) : failed("set the mode of", path, errno);
}

StoreResult<MoveOutcome> move_file(const std::string& from_directory, const std::string& from_name,
                                   const std::string& to_directory, const std::string& to_name) {
  const std::string from = joined(from_directory, from_name);
  const std::string to = joined(to_directory, to_name);
  if (::rename(from.c_str(), to.c_str()) != 0) {
    const int code = errno;
    if (code == ENOENT && ::access(to_directory.c_str(), F_OK) != 0 && errno == ENOENT)
      return MoveOutcome::no_directory;
    if (code == ENOENT && ::access(from.c_str(), F_OK) != 0 && errno == ENOENT) return MoveOutcome::gone;
    if (code == ENOENT) return MoveOutcome::no_directory;  // made again in this moment
    auto failure = failed(fmt::format("rename {} to", from), to, code);
    if (code == EXDEV) failure.error.message += "; both must lie on one file system";
    return failure;
  }
  auto synced = sync_directory(to_directory);
  for (int again = 0; !synced && again < kSyncsAgain; ++again) {
    // SSM may have taken the file and its directory away in this moment: there is nothing left to be kept. Or
    // somebody has made the directory again.
    if (::access(to_directory.c_str(), F_OK) != 0)
      synced = Done{};
    else
      synced = sync_directory(to_directory);
  }
  if (!synced) return Failure{synced.error()};
  if (from_directory == to_directory) return MoveOutcome::moved;
  if (auto left = sync_directory(from_directory); !left) return Failure{left.error()};
  return MoveOutcome::moved;
}

StoreResult<Done> remove_file(const std::string& directory, const std::string& name) {
  const std::string path = joined(directory, name);
  if (::unlink(path.c_str()) == 0) return sync_directory(directory);
  if (errno == ENOENT) return Done{};
  return failed("remove", path, errno);
}

StoreResult<Claim> claim_name(const std::string& directory, const std::string& file,
                              const std::string& name) {
  const std::string from = joined(directory, file);
  const std::string to = joined(directory, name);
  const bool linked = ::linkat(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), 0) == 0;
  const int code = linked ? 0 : errno;
  const bool lacks_links = code == EPERM || code == EOPNOTSUPP || code == ENOSYS || code == EMLINK;
  int outcome = code;
  if (lacks_links && ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0)
    outcome = 0;
  else if (lacks_links)
    outcome = errno;
  ::unlink(from.c_str());
  if (outcome != 0 && outcome != EEXIST) return failed("make", to, outcome);
  if (auto synced = sync_directory(directory); !synced) return Failure{synced.error()};
  return outcome == 0 ? Claim::made : Claim::taken;
}

StoreResult<Done> remove_old_files(const std::string& directory, TimePoint before, std::size_t limit) {
  const auto names = names_in(directory, limit);
  if (!names) return Failure{names.error()};
  for (const std::string& name : *names) {
    const std::string path = joined(directory, name);
    struct stat status {};
    const bool is_old = ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
                        status.st_mtim.tv_sec < to_unix(before);
    if (is_old && ::unlink(path.c_str()) != 0 && errno != ENOENT) return failed("remove", path, errno);
  }
  return Done{};
}

StoreResult<std::optional<std::string>> read_if_there(const std::string& path, std::size_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (file.get() < 0) {
    if (errno == ENOENT) return std::optional<std::string>{};
    return failed("read", path, errno);
  }
  auto content = read_at_most(file.get(), limit + 1);
  if (!content && content.error() == ESTALE) return std::optional<std::string>{};  // removed by another host
  if (!content) return failed("read", path, content.error());
  if (content->size() > limit) return failed("read", path, EFBIG);
  return std::optional(std::move(*content));
}

StoreResult<std::string> read_file(const std::string& path, std::size_t limit) {
  auto content = read_if_there(path, limit);
  if (!content) return Failure{content.error()};
  if (!*content) return failed("read", path, ENOENT);
  return std::move(**content);
}

StoreResult<bool> is_there(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) return true;
  if (errno == ENOENT) return false;
  return failed("look at", path, errno);
}

StoreResult<std::vector<std::string>> names_in(const std::string& directory, std::size_t limit) {
  const Descriptor folder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 && errno == ENOENT) return std::vector<std::string>{};
  if (folder.get() < 0) return failed("list", directory, errno);
  auto entries = list_entries(folder.get(), limit);
  if (!entries) return failed("list", directory, entries.error());
  std::vector<std::string> names;
  for (auto& entry : *entries) names.push_back(std::move(entry.name));
  return names;
}

}  // namespace vacuum::apel
