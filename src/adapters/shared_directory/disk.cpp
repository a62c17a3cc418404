#include "adapters/shared_directory/disk.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <system_error>

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum::shared_directory {
namespace {

constexpr int kTreeDepthMax = 16;
constexpr std::size_t kTreeEntriesMax = 1'000'000;

/// Coarse times of file systems and of their servers are settled after this.
constexpr std::int64_t kSettledAfterSeconds = 2;

Failure<DiskError> failed(std::string_view verb, const Directory& parent, std::string_view name, int code) {
  const std::string reason = std::system_category().message(code);
  return Failure{DiskError{code, fmt::format("cannot {} {}/{}: {}", verb, parent.path(), name, reason)}};
}

DiskResult<Done> remove_below(const Directory& parent, const std::string& name, int depth) {
  if (::unlinkat(parent.descriptor(), name.c_str(), 0) == 0 || errno == ENOENT) return Done{};
  if (errno != EISDIR && errno != EPERM) return failed("remove", parent, name, errno);
  if (depth >= kTreeDepthMax) return failed("remove", parent, name, ELOOP);
  auto directory = open_directory(parent, name);
  if (!directory) return Failure{directory.error()};
  auto entries = list_directory(*directory, kTreeEntriesMax);
  if (!entries) return Failure{entries.error()};
  for (const auto& entry : *entries) {
    if (auto removed = remove_below(*directory, entry.name, depth + 1); !removed) return removed;
  }
  if (::unlinkat(parent.descriptor(), name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
    return failed("remove", parent, name, errno);
  }
  return Done{};
}

}  // namespace

Directory::~Directory() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Stamp stamp_of(const struct stat& status) {
  return {status.st_ino, status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_size};
}

bool is_settled(const Stamp& stamp) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count() - stamp.modified_s >
         kSettledAfterSeconds;
}

bool is_plain_name(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= 200 && name.front() != '.' && std::ranges::all_of(name, plain);
}

std::string temporary_name(std::string_view prefix) {
  static std::atomic<std::uint64_t> counter{0};
  // The time keeps a name apart from those of a process of an earlier life, or of another host, with the same
  // number.
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return fmt::format(".{}.{}-{}-{}", prefix.substr(0, 180), ::getpid(), now, counter.fetch_add(1));
}

DiskResult<Directory> open_root(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) {
    const int code = errno;
    return Failure{
        DiskError{code, fmt::format("cannot open {}: {}", path, std::system_category().message(code))}};
  }
  return Directory(descriptor, path);
}

DiskResult<Directory> open_directory(const Directory& parent, const std::string& name) {
  const int descriptor =
      ::openat(parent.descriptor(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) return failed("open", parent, name, errno);
  return Directory(descriptor, fmt::format("{}/{}", parent.path(), name));
}

DiskResult<Directory> open_below(const Directory& parent, std::span<const std::string> names) {
  const std::string path = join(names, "/");
  open_how how{};
  how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_NO_SYMLINKS;
  const long descriptor = ::syscall(SYS_openat2, parent.descriptor(), path.c_str(), &how, sizeof(how));
  if (descriptor >= 0)
    return Directory(static_cast<int>(descriptor), fmt::format("{}/{}", parent.path(), path));
  if (errno != ENOSYS && errno != EPERM) return failed("open", parent, path, errno);
  // An old kernel, or a sandbox that does not know the call.
  Directory at;
  for (const std::string& name : names) {
    auto next = open_directory(at.descriptor() < 0 ? parent : at, name);
    if (!next) return next;
    at = std::move(*next);
  }
  return at;
}

DiskResult<Done> make_directory(const Directory& parent, const std::string& name) {
  if (::mkdirat(parent.descriptor(), name.c_str(), 0755) == 0 || errno == EEXIST) return Done{};
  return failed("make the directory", parent, name, errno);
}

DiskResult<Directory> enter_directory(const Directory& parent, const std::string& name) {
  auto opened = open_directory(parent, name);
  if (opened.ok() || opened.error().code != ENOENT) return opened;
  if (auto made = make_directory(parent, name); !made) return Failure{made.error()};
  return open_directory(parent, name);
}

DiskResult<Stamp> stamp_directory(const Directory& directory) {
  struct stat status {};
  if (::fstat(directory.descriptor(), &status) != 0) return failed("look at", directory, ".", errno);
  return stamp_of(status);
}

DiskResult<std::vector<DirectoryEntry>> list_directory(const Directory& directory, std::size_t limit) {
  auto entries = list_entries(directory.descriptor(), limit);
  if (!entries) return failed("list", directory, ".", entries.error());
  return std::move(*entries);
}

DiskResult<std::string> read_start(const Directory& parent, const std::string& name, std::size_t limit) {
  // O_NONBLOCK: opening a pipe that somebody put there must not hang.
  const Descriptor file(
      ::openat(parent.descriptor(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (file.get() < 0) return failed("read", parent, name, errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return failed("read", parent, name, errno);
  if (!S_ISREG(status.st_mode)) return failed("read", parent, name, EINVAL);
  auto content = read_at_most(file.get(), limit);
  if (!content) return failed("read", parent, name, content.error());
  return std::move(*content);
}

DiskResult<Done> create_file(const Directory& parent, const std::string& name, std::string_view content,
                             unsigned mode) {
  Descriptor file(::openat(parent.descriptor(), name.c_str(),
                           O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (file.get() < 0) return failed("make", parent, name, errno);
  int code = write_all(file.get(), content);
  if (const int closing = file.close(); code == 0) code = closing;
  if (code == 0) return Done{};
  ::unlinkat(parent.descriptor(), name.c_str(), 0);
  return failed("write", parent, name, code);
}

DiskResult<Done> replace_file(const Directory& parent, const std::string& name, std::string_view content,
                              unsigned mode) {
  const std::string temporary = temporary_name(name);
  if (auto created = create_file(parent, temporary, content, mode); !created) return created;
  auto renamed = rename_entry(parent, temporary, parent, name);
  if (!renamed) ::unlinkat(parent.descriptor(), temporary.c_str(), 0);
  return renamed;
}

DiskResult<Done> replace_passing_file(const Directory& parent, const std::string& name,
                                      std::string_view content, unsigned mode) {
  const std::string temporary = temporary_name(name);
  if (auto created = create_file(parent, temporary, content, mode); !created) return created;
  const int folder = parent.descriptor();
  const char* const made = temporary.c_str();
  // Fails where there is no such file yet, and on file systems that cannot do it (NFS, CephFS).
  if (::renameat2(folder, made, folder, name.c_str(), RENAME_EXCHANGE) == 0) {
    if (::unlinkat(folder, made, 0) == 0 || errno != EISDIR) return Done{};
    ::renameat2(folder, made, folder, name.c_str(), RENAME_EXCHANGE);  // a directory is not replaced
  }
  auto renamed = rename_entry(parent, temporary, parent, name);
  if (!renamed) ::unlinkat(folder, made, 0);
  return renamed;
}

DiskResult<Done> offer_file(const Directory& parent, const std::string& name, std::string_view content,
                            unsigned mode) {
  const std::string temporary = temporary_name(name);
  if (auto created = create_file(parent, temporary, content, mode); !created) return created;
  const bool linked =
      ::linkat(parent.descriptor(), temporary.c_str(), parent.descriptor(), name.c_str(), 0) == 0;
  const int code = linked ? 0 : errno;
  ::unlinkat(parent.descriptor(), temporary.c_str(), 0);
  if (code == 0 || code == EEXIST) return Done{};
  if (code != EPERM && code != EOPNOTSUPP && code != EMLINK) return failed("make", parent, name, code);
  // A file system without hard links: exclusive creation is the next best.
  auto created = create_file(parent, name, content, mode);
  if (!created && created.error().code == EEXIST) return Done{};
  return created;
}

DiskResult<Done> rename_entry(const Directory& from, const std::string& old_name, const Directory& to,
                              const std::string& new_name) {
  if (::renameat(from.descriptor(), old_name.c_str(), to.descriptor(), new_name.c_str()) == 0) return Done{};
  return failed(fmt::format("rename {} to", old_name), to, new_name, errno);
}

DiskResult<Done> remove_tree(const Directory& parent, const std::string& name) {
  return remove_below(parent, name, 0);
}

bool is_name_taken(const DiskError& error) {
  return error.code == EEXIST || error.code == ENOTEMPTY || error.code == ENOTDIR;
}

}  // namespace vacuum::shared_directory
