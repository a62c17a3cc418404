#include "adapters/apel/testing/crash_points.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdarg>
#include <stdexcept>

namespace vacuum::apel {
namespace {

std::atomic<int> steps_left = 0;  // 0 and less: nobody dies
std::atomic<CrashWhen> crash_when = CrashWhen::before;

void die() {
  ::kill(::getpid(), SIGKILL);
}

/// One change of the disk.
template <class Call>
auto step(Call call) {
  const bool last = steps_left.fetch_sub(1) == 1;
  if (last && crash_when == CrashWhen::before) die();
  const auto result = call();
  if (last) die();
  return result;
}

int make_file(int directory, const char* path, int flags, mode_t mode) {
  const auto call = [&] { return static_cast<int>(::syscall(SYS_openat, directory, path, flags, mode)); };
  return (flags & O_CREAT) != 0 ? step(call) : call();
}

}  // namespace

void die_at(int number, CrashWhen when) {
  crash_when = when;
  steps_left = number;
}

bool dies_at(int number, CrashWhen when, const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("cannot fork");
  if (child == 0) {
    die_at(number, when);
    work();
    ::_exit(0);
  }
  int status = 0;
  if (::waitpid(child, &status, 0) != child) throw std::runtime_error("cannot wait");
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return false;
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
    throw std::runtime_error("it ended in another way");
  return true;
}

}  // namespace vacuum::apel

// The program's own definitions go before those of the C library.
extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = va_arg(arguments, mode_t);
  va_end(arguments);
  return vacuum::apel::make_file(AT_FDCWD, path, flags, mode);
}
int openat(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = va_arg(arguments, mode_t);
  va_end(arguments);
  return vacuum::apel::make_file(directory, path, flags, mode);
}
ssize_t write(int descriptor, const void* bytes, size_t count) {
  return vacuum::apel::step([&] { return ::syscall(SYS_write, descriptor, bytes, count); });
}
int fsync(int descriptor) {
  return vacuum::apel::step([&] { return static_cast<int>(::syscall(SYS_fsync, descriptor)); });
}
int mkdir(const char* path, mode_t mode) noexcept {
  return vacuum::apel::step([&] { return static_cast<int>(::syscall(SYS_mkdir, path, mode)); });
}
int mkdirat(int directory, const char* path, mode_t mode) noexcept {
  return vacuum::apel::step([&] { return static_cast<int>(::syscall(SYS_mkdirat, directory, path, mode)); });
}
int chmod(const char* path, mode_t mode) noexcept {
  return vacuum::apel::step([&] { return static_cast<int>(::syscall(SYS_chmod, path, mode)); });
}
int rename(const char* from, const char* to) noexcept {
  return vacuum::apel::step([&] { return static_cast<int>(::syscall(SYS_rename, from, to)); });
}
int renameat(int from_directory, const char* from, int to_directory, const char* to) noexcept {
  return vacuum::apel::step(
      [&] { return static_cast<int>(::syscall(SYS_renameat, from_directory, from, to_directory, to)); });
}
int linkat(int from_directory, const char* from, int to_directory, const char* to, int flags) noexcept {
  return vacuum::apel::step(
      [&] { return static_cast<int>(::syscall(SYS_linkat, from_directory, from, to_directory, to, flags)); });
}
int unlink(const char* path) noexcept {
  return vacuum::apel::step([&] { return static_cast<int>(::syscall(SYS_unlink, path)); });
}
int unlinkat(int directory, const char* path, int flags) noexcept {
  return vacuum::apel::step(
      [&] { return static_cast<int>(::syscall(SYS_unlinkat, directory, path, flags)); });
}

}  // extern "C"
