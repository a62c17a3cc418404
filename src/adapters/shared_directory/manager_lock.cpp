#include "adapters/shared_directory/manager_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum {
namespace {

std::string process_in(int descriptor) {
  std::array<char, 32> text{};
  const ssize_t length = ::pread(descriptor, text.data(), text.size(), 0);
  const auto process = parse_integer(trim({text.data(), length > 0 ? static_cast<std::size_t>(length) : 0}));
  return process ? fmt::format(" (process {})", *process) : "";
}

}  // namespace

Result<ManagerLock, std::string> ManagerLock::take(const std::string& state_dir) {
  const std::string path = state_dir + "/vcycled.lock";
  ManagerLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (lock.descriptor_ < 0) {
    return Failure{fmt::format("cannot open {}: {}", path, std::system_category().message(errno))};
  }
  if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const int code = errno;
    if (code != EWOULDBLOCK)
      return Failure{fmt::format("cannot lock {}: {}", path, std::system_category().message(code))};
    return Failure{fmt::format(
        "another vcycled{} works on {}; give this one a state directory of its own, or stop the other",
        process_in(lock.descriptor_), state_dir)};
  }
  const std::string process = fmt::format("{}\n", ::getpid());
  if (::ftruncate(lock.descriptor_, 0) != 0 ||
      ::pwrite(lock.descriptor_, process.data(), process.size(), 0) != static_cast<ssize_t>(process.size())) {
    return Failure{fmt::format("cannot write {}: {}", path, std::system_category().message(errno))};
  }
  return lock;
}

ManagerLock::~ManagerLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace vacuum
