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
#include <memory>

namespace {

nfs_context* server = nullptr;
char* server_url = nullptr;

/// A new conversation with the server at `server_url`. The old one goes on for the files that are open in it.
bool begin_anew() {
  nfs_context* made = nfs_init_context();
  nfs_url* place = made == nullptr ? nullptr : nfs_parse_url_dir(made, server_url);
  if (place == nullptr) return false;
  const bool done = nfs_mount(made, place->server, place->path) == 0;
  if (!done) std::fprintf(stderr, "nfs_mount: %s: %s\n", server_url, nfs_get_error(made));
  nfs_destroy_url(place);
  if (done) server = made;
  return done;
}

/// A file that is open for writing, and the conversation that it belongs to. Several opens of one file would
/// be one to the server, and end with the first close: what is only read is opened anew for each read.
struct OpenFile {
  nfs_context* context = nullptr;
  nfsfh* handle = nullptr;
};

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

OpenFile* file_of(const fuse_file_info* info) {
  return reinterpret_cast<OpenFile*>(static_cast<std::uintptr_t>(info->fh));
}

/// Opens by `call`. libnfs does not count an OPEN that failed, the server does, and then refuses all that
/// follow (BAD_SEQID, told as ERANGE): another conversation is begun then.
template <class Call>
int open_by(OpenFile& file, Call call) {
  int outcome = call(&file.handle);
  if (outcome == -ERANGE && begin_anew()) outcome = call(&file.handle);
  file.context = server;
  return outcome;
}

int keep(fuse_file_info* info, const OpenFile& file) {
  info->fh = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(new OpenFile(file)));
  return 0;
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
  OpenFile file;
  const int flags = info->flags & (O_ACCMODE | O_APPEND | O_TRUNC);
  if (flags == O_RDONLY) return keep(info, file);
  const int outcome = open_by(file, [&](nfsfh** handle) { return nfs_open(server, path, flags, handle); });
  return outcome != 0 ? outcome : keep(info, file);
}

int create_file(const char* path, mode_t mode, fuse_file_info* info) {
  // Not exclusively: libnfs then leaves times with the file that make no sense. Nothing that is tested here
  // depends on it: names of temporary files are used once, and what only one may make is made by link.
  nfs_stat_64 found{};
  if ((info->flags & O_EXCL) != 0 && nfs_lstat64(server, path, &found) == 0) return -EEXIST;
  const int flags = (info->flags & O_ACCMODE) | O_CREAT;
  const int permissions = static_cast<int>(mode & 07777);
  OpenFile file;
  const int outcome =
      open_by(file, [&](nfsfh** handle) { return nfs_open2(server, path, flags, permissions, handle); });
  return outcome != 0 ? outcome : keep(info, file);
}

int read_file(const char* path, char* buffer, std::size_t size, off_t offset, fuse_file_info*) {
  OpenFile file;
  int outcome = open_by(file, [&](nfsfh** handle) { return nfs_open(server, path, O_RDONLY, handle); });
  if (outcome != 0) return outcome;
  outcome = nfs_pread(file.context, file.handle, static_cast<std::uint64_t>(offset), size, buffer);
  nfs_close(file.context, file.handle);
  return outcome;
}

/// libnfs refuses longer ones in one request.
constexpr std::size_t kWriteBytesMax = 2048;

int write_file(const char*, const char* buffer, std::size_t size, off_t offset, fuse_file_info* info) {
  const OpenFile* file = file_of(info);
  std::size_t written = 0;
  while (written < size) {
    const std::size_t part = std::min(size - written, kWriteBytesMax);
    const int outcome = nfs_pwrite(file->context, file->handle, static_cast<std::uint64_t>(offset) + written,
                                   part, const_cast<char*>(buffer) + written);
    if (outcome <= 0) return outcome < 0 ? outcome : static_cast<int>(written);
    written += static_cast<std::size_t>(outcome);
  }
  return static_cast<int>(written);
}
int sync_file(const char*, int, fuse_file_info* info) {
  const OpenFile* file = file_of(info);
  return file->handle == nullptr ? 0 : nfs_fsync(file->context, file->handle);
}
int close_file(const char*, fuse_file_info* info) {
  const std::unique_ptr<OpenFile> file(file_of(info));
  return file->handle == nullptr ? 0 : nfs_close(file->context, file->handle);
}

int rename_entry(const char* from, const char* to, unsigned flags) {
  if (flags != 0) return -EINVAL;  // as the kernel's client
  return nfs_rename(server, from, to);
}

int set_times(const char* path, const timespec times[2], fuse_file_info*) {
  nfs_stat_64 found{};
  if (const int outcome = nfs_lstat64(server, path, &found); outcome != 0) return outcome;
  const struct stat now = to_stat(found);
  const std::array<timespec, 2> kept{now.st_atim, now.st_mtim};
  std::array<timeval, 2> given{};
  for (std::size_t i = 0; i < given.size(); ++i) {
    timespec time = times[i].tv_nsec == UTIME_OMIT ? kept[i] : times[i];
    if (time.tv_nsec == UTIME_NOW) ::clock_gettime(CLOCK_REALTIME, &time);
    given[i] = {time.tv_sec, time.tv_nsec / 1000};
  }
  return nfs_utimes(server, path, given.data());
}

/// The server's answers to a change of the owner are nothing that libnfs reads.
int set_owner(const char* path, uid_t user, gid_t group, fuse_file_info*) {
  nfs_stat_64 found{};
  if (const int outcome = nfs_lstat64(server, path, &found); outcome != 0) return outcome;
  const bool is_same = found.nfs_uid == user && found.nfs_gid == group;
  return is_same ? 0 : nfs_lchown(server, path, static_cast<int>(user), static_cast<int>(group));
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
  made.chown = set_owner;
  made.truncate = [](const char* path, off_t size, fuse_file_info*) {
    return nfs_truncate(server, path, static_cast<std::uint64_t>(size));
  };
  return made;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "nfs_mount nfs://HOST/EXPORT?version=4&nfsport=PORT MOUNT_POINT\n");
    return 2;
  }
  server_url = argv[1];
  if (!begin_anew()) return 1;
  char program[] = "nfs_mount";
  char foreground[] = "-f";
  char one_thread[] = "-s";
  char options[] = "-oallow_other,default_permissions";
  std::array<char*, 5> arguments{program, foreground, one_thread, options, argv[2]};
  const fuse_operations made = operations();
  return fuse_main(static_cast<int>(arguments.size()), arguments.data(), &made, nullptr);
}
