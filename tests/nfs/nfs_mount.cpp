// An NFSv4 client as a FUSE file system, for tests on hosts whose kernel has none: nfs_mount URL MOUNT_POINT.
// Keeps nothing of what the server told: each call asks it. One request at a time.
#define FUSE_USE_VERSION 35
#include <fcntl.h>
#include <fuse3/fuse.h>
#include <nfsc/libnfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace {

nfs_context* server = nullptr;

struct stat to_stat(const nfs_stat_64& from) {
  struct stat to {};
  to.st_ino = from.nfs_ino;
  to.st_mode = static_cast<mode_t>(from.nfs_mode);
  to.st_nlink = from.nfs_nlink;
  to.st_uid = static_cast<uid_t>(from.nfs_uid);
  to.st_gid = static_cast<gid_t>(from.nfs_gid);
  to.st_size = static_cast<off_t>(from.nfs_size);
  to.st_blksize = static_cast<blksize_t>(from.nfs_blksize);
  to.st_blocks = static_cast<blkcnt_t>(from.nfs_blocks);
  to.st_atim = {static_cast<time_t>(from.nfs_atime), static_cast<long>(from.nfs_atime_nsec)};
  to.st_mtim = {static_cast<time_t>(from.nfs_mtime), static_cast<long>(from.nfs_mtime_nsec)};
  to.st_ctim = {static_cast<time_t>(from.nfs_ctime), static_cast<long>(from.nfs_ctime_nsec)};
  return to;
}

nfsfh* handle_of(const fuse_file_info* info) {
  return reinterpret_cast<nfsfh*>(static_cast<std::uintptr_t>(info->fh));
}
void keep(fuse_file_info* info, nfsfh* handle) {
  info->fh = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(handle));
}

int look(const char* path, struct stat* status, fuse_file_info*) {
  nfs_stat_64 found{};
  const int outcome = nfs_lstat64(server, path, &found);
  if (outcome == 0) *status = to_stat(found);
  return outcome;
}

int list(const char* path, void* buffer, fuse_fill_dir_t fill, off_t, fuse_file_info*, fuse_readdir_flags) {
  nfsdir* directory = nullptr;
  if (const int outcome = nfs_opendir(server, path, &directory); outcome != 0) return outcome;
  while (const nfsdirent* entry = nfs_readdir(server, directory)) {
    if (fill(buffer, entry->name, nullptr, 0, static_cast<fuse_fill_dir_flags>(0)) != 0) break;
  }
  nfs_closedir(server, directory);
  return 0;
}

int open_file(const char* path, fuse_file_info* info) {
  nfsfh* handle = nullptr;
  const int outcome = nfs_open(server, path, info->flags & (O_ACCMODE | O_APPEND | O_TRUNC), &handle);
  if (outcome == 0) keep(info, handle);
  return outcome;
}

int create_file(const char* path, mode_t mode, fuse_file_info* info) {
  // libnfs makes no file exclusively. Nothing that is tested here depends on it: names of temporary files are
  // used once, and what only one may make is made by link.
  nfs_stat_64 found{};
  if ((info->flags & O_EXCL) != 0 && nfs_lstat64(server, path, &found) == 0) return -EEXIST;
  nfsfh* handle = nullptr;
  const int flags = (info->flags & O_ACCMODE) | O_CREAT;
  const int outcome = nfs_create(server, path, flags, static_cast<int>(mode & 07777), &handle);
  if (outcome == 0) keep(info, handle);
  return outcome;
}

int read_file(const char*, char* buffer, std::size_t size, off_t offset, fuse_file_info* info) {
  return nfs_pread(server, handle_of(info), static_cast<std::uint64_t>(offset), size, buffer);
}
/// libnfs refuses longer ones in one request.
constexpr std::size_t kWriteBytesMax = 2048;

int write_file(const char*, const char* buffer, std::size_t size, off_t offset, fuse_file_info* info) {
  std::size_t written = 0;
  while (written < size) {
    const std::size_t part = std::min(size - written, kWriteBytesMax);
    const int outcome = nfs_pwrite(server, handle_of(info), static_cast<std::uint64_t>(offset) + written,
                                   part, const_cast<char*>(buffer) + written);
    if (outcome <= 0) return outcome < 0 ? outcome : static_cast<int>(written);
    written += static_cast<std::size_t>(outcome);
  }
  return static_cast<int>(written);
}
int sync_file(const char*, int, fuse_file_info* info) {
  return nfs_fsync(server, handle_of(info));
}
int close_file(const char*, fuse_file_info* info) {
  return nfs_close(server, handle_of(info));
}

int rename_entry(const char* from, const char* to, unsigned flags) {
  if (flags != 0) return -EINVAL;  // as the kernel's client
  return nfs_rename(server, from, to);
}

int set_times(const char* path, const timespec times[2], fuse_file_info*) {
  std::array<timeval, 2> given{};
  for (std::size_t i = 0; i < given.size(); ++i) {
    timespec time = times[i];
    if (time.tv_nsec == UTIME_NOW) ::clock_gettime(CLOCK_REALTIME, &time);
    given[i] = {time.tv_sec, time.tv_nsec / 1000};
  }
  return nfs_utimes(server, path, given.data());
}

int statistics(const char* path, struct statvfs* found) {
  return nfs_statvfs(server, path, found);
}

void* begin(fuse_conn_info*, fuse_config* config) {
  config->use_ino = 1;
  config->hard_remove = 1;
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
  made.utimens = set_times;
  made.statfs = statistics;
  made.mkdir = [](const char* path, mode_t mode) {
    return nfs_mkdir2(server, path, static_cast<int>(mode & 07777));
  };
  made.rmdir = [](const char* path) { return nfs_rmdir(server, path); };
  made.unlink = [](const char* path) { return nfs_unlink(server, path); };
  made.link = [](const char* from, const char* to) { return nfs_link(server, from, to); };
  made.symlink = [](const char* target, const char* path) { return nfs_symlink(server, target, path); };
  made.readlink = [](const char* path, char* buffer, std::size_t size) {
    const int outcome = nfs_readlink(server, path, buffer, static_cast<int>(size));
    return outcome < 0 ? outcome : 0;
  };
  made.mknod = [](const char* path, mode_t mode, dev_t device) {
    return nfs_mknod(server, path, static_cast<int>(mode), static_cast<int>(device));
  };
  made.chmod = [](const char* path, mode_t mode, fuse_file_info*) {
    return nfs_chmod(server, path, static_cast<int>(mode & 07777));
  };
  made.chown = [](const char* path, uid_t user, gid_t group, fuse_file_info*) {
    return nfs_lchown(server, path, static_cast<int>(user), static_cast<int>(group));
  };
  made.truncate = [](const char* path, off_t size, fuse_file_info*) {
    return nfs_truncate(server, path, static_cast<std::uint64_t>(size));
  };
  return made;
}

bool mount_server(char* url) {
  server = nfs_init_context();
  nfs_url* place = server == nullptr ? nullptr : nfs_parse_url_dir(server, url);
  if (place == nullptr) return false;
  const bool done = nfs_mount(server, place->server, place->path) == 0;
  nfs_destroy_url(place);
  return done;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "nfs_mount nfs://HOST/EXPORT?version=4&nfsport=PORT MOUNT_POINT\n");
    return 2;
  }
  if (!mount_server(argv[1])) {
    std::fprintf(stderr, "nfs_mount: %s: %s\n", argv[1],
                 server == nullptr ? "no memory" : nfs_get_error(server));
    return 1;
  }
  char program[] = "nfs_mount";
  char foreground[] = "-f";
  char one_thread[] = "-s";
  char options[] = "-oallow_other,default_permissions";
  std::array<char*, 5> arguments{program, foreground, one_thread, options, argv[2]};
  const fuse_operations made = operations();
  return fuse_main(static_cast<int>(arguments.size()), arguments.data(), &made, nullptr);
}
