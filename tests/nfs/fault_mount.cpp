// A local directory as a FUSE file system that can go wrong, and looks at its server no more often than an
// NFS client would: fault_mount DIRECTORY MOUNT_POINT CONTROL_FILE.
//
// Several of them on one directory are several hosts. What is wrong stands in CONTROL_FILE, which may change
// at any time (replace it by rename): a line each of
//   fail ERRNO all|changes|space   as "fail EIO all"; `space`: what needs room on the disk
//   hang                           nothing is answered as long as this stands here
//   delay MILLISECONDS             before each answer
//   cache SECONDS                  attributes and listings are kept for so long, until this mount itself
//                                  changes something in the directory, or opens the file
// A file that is open here when its name is removed or taken here is kept under another name until it is
// closed, as by any NFS client (libfuse does that); one that another mount removed is stale.
#define FUSE_USE_VERSION 35
#include <dirent.h>
#include <fcntl.h>
#include <fuse3/fuse.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

int root = -1;
std::string control_file;

/// A path of the file system, below the directory that it shows.
std::string below(const char* path) {
  return path[1] == '\0' ? "." : path + 1;
}
std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}
int result(int outcome) {
  return outcome < 0 ? -errno : 0;
}

// --- what is wrong now

enum class Kind { look, change, takes_space };

struct Faults {
  int error = 0;
  Kind from = Kind::look;  ///< what fails: this and what stands behind it in Kind
  bool hangs = false;
  std::chrono::milliseconds delay{0};
  std::chrono::seconds cache{0};
};

int error_number(const std::string& name) {
  static const std::map<std::string, int> numbers{
      {"ENOSPC", ENOSPC}, {"EIO", EIO}, {"ESTALE", ESTALE}, {"EROFS", EROFS}, {"EDQUOT", EDQUOT}};
  const auto found = numbers.find(name);
  if (found != numbers.end()) return found->second;
  std::fprintf(stderr, "fault_mount: unknown error %s in %s\n", name.c_str(), control_file.c_str());
  std::abort();
}

Faults faults() {
  Faults now;
  std::ifstream file(control_file);
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string word;
    std::string value;
    std::string scope;
    words >> word >> value >> scope;
    if (word == "fail") {
      now.error = error_number(value);
      now.from = scope == "all" ? Kind::look : scope == "changes" ? Kind::change : Kind::takes_space;
    } else if (word == "hang") {
      now.hangs = true;
    } else if (word == "delay") {
      now.delay = std::chrono::milliseconds(std::stoi(value));
    } else if (word == "cache") {
      now.cache = std::chrono::seconds(std::stoi(value));
    } else if (!word.empty()) {
      std::fprintf(stderr, "fault_mount: unknown line in %s: %s\n", control_file.c_str(), line.c_str());
      std::abort();
    }
  }
  return now;
}

void let_pass(std::chrono::milliseconds time) {
  ::poll(nullptr, 0, static_cast<int>(time.count()));
}

/// Waits as long as the server hangs, and tells what it answers then: 0, or an error as FUSE wants it.
int served(Kind kind) {
  Faults now = faults();
  while (now.hangs) {
    let_pass(std::chrono::milliseconds(20));
    now = faults();
  }
  if (now.delay.count() > 0) let_pass(now.delay);
  return now.error != 0 && kind >= now.from ? -now.error : 0;
}

// --- what this host keeps of what it saw

struct Seen {
  Clock::time_point when{};
  int error = 0;
  struct stat status {};
};
struct Listing {
  Clock::time_point when{};
  std::vector<std::string> names;
};

std::mutex memory;
std::map<std::string, std::map<std::string, Seen>> attributes;  ///< directory → path → what was seen
std::map<std::string, Listing> listings;

template <class Kept>
bool is_fresh(const Kept& kept, std::chrono::seconds limit) {
  return Clock::now() - kept.when < limit;
}

void forget_directory(const std::string& directory) {
  const std::scoped_lock lock(memory);
  attributes.erase(directory);
  listings.erase(directory);
  attributes[parent_of(directory)].erase(directory);
}
/// After a change of this host's own.
void forget_around(const std::string& path) {
  forget_directory(parent_of(path));
  forget_directory(path);
}
void forget_file(const std::string& path) {
  const std::scoped_lock lock(memory);
  attributes[parent_of(path)].erase(path);
}

template <class Call>
int change(Kind kind, const std::string& path, Call call) {
  if (const int error = served(kind); error != 0) return error;
  const int outcome = result(call());
  forget_around(path);
  return outcome;
}

// --- the calls

int look(const char* name, struct stat* status, fuse_file_info* info) {
  const std::string path = below(name);
  const auto limit = faults().cache;
  if (info == nullptr) {
    const std::scoped_lock lock(memory);
    const auto& kept = attributes[parent_of(path)];
    const auto seen = kept.find(path);
    if (seen != kept.end() && is_fresh(seen->second, limit)) {
      *status = seen->second.status;
      return seen->second.error;
    }
  }
  if (const int error = served(Kind::look); error != 0) return error;
  const int outcome = info != nullptr ? result(::fstat(static_cast<int>(info->fh), status))
                                      : result(::fstatat(root, path.c_str(), status, AT_SYMLINK_NOFOLLOW));
  const std::scoped_lock lock(memory);
  attributes[parent_of(path)][path] = {Clock::now(), outcome, *status};
  return outcome;
}

int list(const char* name, void* buffer, fuse_fill_dir_t fill, off_t, fuse_file_info*, fuse_readdir_flags) {
  const std::string path = below(name);
  const auto limit = faults().cache;
  Listing listing;
  {
    const std::scoped_lock lock(memory);
    listing = listings[path];
  }
  if (!is_fresh(listing, limit)) {
    if (const int error = served(Kind::look); error != 0) return error;
    listing = {Clock::now(), {}};
    const int descriptor = ::openat(root, path.c_str(), O_RDONLY | O_DIRECTORY);
    DIR* directory = descriptor < 0 ? nullptr : ::fdopendir(descriptor);
    if (directory == nullptr) return -errno;
    while (const dirent* entry = ::readdir(directory)) listing.names.emplace_back(entry->d_name);
    ::closedir(directory);
    const std::scoped_lock lock(memory);
    listings[path] = listing;
  }
  for (const std::string& entry : listing.names) {
    if (fill(buffer, entry.c_str(), nullptr, 0, static_cast<fuse_fill_dir_flags>(0)) != 0) break;
  }
  return 0;
}

int keep(int descriptor, fuse_file_info* info) {
  if (descriptor < 0) return -errno;
  info->fh = static_cast<std::uint64_t>(descriptor);
  return 0;
}

int open_file(const char* name, fuse_file_info* info) {
  const Kind kind = (info->flags & O_ACCMODE) == O_RDONLY ? Kind::look : Kind::change;
  if (const int error = served(kind); error != 0) return error;
  const std::string path = below(name);
  forget_file(path);  // who opens sees what was there at the last close
  return keep(::openat(root, path.c_str(), info->flags & ~O_EXCL), info);
}

int create_file(const char* name, mode_t mode, fuse_file_info* info) {
  if (const int error = served(Kind::takes_space); error != 0) return error;
  const std::string path = below(name);
  const int descriptor = ::openat(root, path.c_str(), info->flags | O_CREAT, mode);
  const int outcome = keep(descriptor, info);
  forget_around(path);
  return outcome;
}

/// What has no name any more was removed by another host: the server knows it no more.
bool is_stale(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) != 0 || status.st_nlink == 0;
}

int read_file(const char*, char* buffer, std::size_t size, off_t offset, fuse_file_info* info) {
  if (const int error = served(Kind::look); error != 0) return error;
  if (is_stale(static_cast<int>(info->fh))) return -ESTALE;
  const ssize_t count = ::pread(static_cast<int>(info->fh), buffer, size, offset);
  return count < 0 ? -errno : static_cast<int>(count);
}

int write_file(const char* name, const char* buffer, std::size_t size, off_t offset, fuse_file_info* info) {
  if (const int error = served(Kind::takes_space); error != 0) return error;
  if (is_stale(static_cast<int>(info->fh))) return -ESTALE;
  const ssize_t count = ::pwrite(static_cast<int>(info->fh), buffer, size, offset);
  if (name != nullptr) forget_file(below(name));
  return count < 0 ? -errno : static_cast<int>(count);
}

int sync_file(const char*, int, fuse_file_info* info) {
  const int error = served(Kind::takes_space);
  return error != 0 ? error : result(::fsync(static_cast<int>(info->fh)));
}
int close_file(const char*, fuse_file_info* info) {
  return result(::close(static_cast<int>(info->fh)));
}

int rename_entry(const char* from, const char* to, unsigned flags) {
  if (flags != 0) return -EINVAL;  // as NFS
  const std::string old_path = below(from);
  const std::string new_path = below(to);
  const int outcome = change(Kind::change, old_path,
                             [&] { return ::renameat(root, old_path.c_str(), root, new_path.c_str()); });
  forget_around(new_path);
  return outcome;
}

int link_entry(const char* from, const char* to) {
  const std::string old_path = below(from);
  const std::string new_path = below(to);
  const int outcome = change(Kind::takes_space, new_path,
                             [&] { return ::linkat(root, old_path.c_str(), root, new_path.c_str(), 0); });
  forget_file(old_path);
  return outcome;
}

int set_times(const char* name, const timespec times[2], fuse_file_info*) {
  const std::string path = below(name);
  return change(Kind::change, path,
                [&] { return ::utimensat(root, path.c_str(), times, AT_SYMLINK_NOFOLLOW); });
}

int set_length(const char* name, off_t size, fuse_file_info* info) {
  const std::string path = below(name);
  return change(Kind::takes_space, path, [&] {
    const int descriptor =
        info != nullptr ? ::dup(static_cast<int>(info->fh)) : ::openat(root, path.c_str(), O_WRONLY);
    if (descriptor < 0) return -1;
    const int outcome = ::ftruncate(descriptor, size);
    ::close(descriptor);
    return outcome;
  });
}

int statistics(const char*, struct statvfs* found) {
  const int error = served(Kind::look);
  return error != 0 ? error : result(::fstatvfs(root, found));
}

void* begin(fuse_conn_info*, fuse_config* config) {
  config->use_ino = 1;
  config->entry_timeout = config->attr_timeout = config->negative_timeout = 0;
  config->direct_io = 1;
  return nullptr;
}

fuse_operations operations() {
  fuse_operations made{};
  made.init = begin;
  made.getattr = look;
  made.readdir = list;
  made.open = open_file;
  made.create = create_file;
  made.read = read_file;
  made.write = write_file;
  made.fsync = sync_file;
  made.release = close_file;
  made.rename = rename_entry;
  made.link = link_entry;
  made.utimens = set_times;
  made.truncate = set_length;
  made.statfs = statistics;
  made.mkdir = [](const char* path, mode_t mode) {
    return change(Kind::takes_space, below(path), [&] { return ::mkdirat(root, below(path).c_str(), mode); });
  };
  made.rmdir = [](const char* path) {
    return change(Kind::change, below(path),
                  [&] { return ::unlinkat(root, below(path).c_str(), AT_REMOVEDIR); });
  };
  made.unlink = [](const char* path) {
    return change(Kind::change, below(path), [&] { return ::unlinkat(root, below(path).c_str(), 0); });
  };
  made.symlink = [](const char* target, const char* path) {
    return change(Kind::takes_space, below(path),
                  [&] { return ::symlinkat(target, root, below(path).c_str()); });
  };
  made.readlink = [](const char* path, char* buffer, std::size_t size) {
    if (const int error = served(Kind::look); error != 0) return error;
    const ssize_t length = ::readlinkat(root, below(path).c_str(), buffer, size - 1);
    if (length < 0) return -errno;
    buffer[length] = '\0';
    return 0;
  };
  made.chmod = [](const char* path, mode_t mode, fuse_file_info*) {
    return change(Kind::change, below(path), [&] { return ::fchmodat(root, below(path).c_str(), mode, 0); });
  };
  made.chown = [](const char* path, uid_t user, gid_t group, fuse_file_info*) {
    return change(Kind::change, below(path),
                  [&] { return ::fchownat(root, below(path).c_str(), user, group, AT_SYMLINK_NOFOLLOW); });
  };
  return made;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "fault_mount DIRECTORY MOUNT_POINT CONTROL_FILE\n");
    return 2;
  }
  root = ::open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (root < 0) {
    std::perror(argv[1]);
    return 1;
  }
  control_file = argv[3];
  ::umask(0);
  char program[] = "fault_mount";
  char foreground[] = "-f";
  char options[] = "-oallow_other,default_permissions";
  char* arguments[] = {program, foreground, options, argv[2]};
  const fuse_operations made = operations();
  return fuse_main(4, arguments, &made, nullptr);
}
