#include "adapters/system/service_notifier.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The address of a path or, with a leading '@', of an abstract socket; length 0 where it is neither.
socklen_t address_of(const std::string& socket, sockaddr_un& address) {
  if (socket.size() < 2 || socket.size() >= sizeof(address.sun_path)) return 0;
  if (socket.front() != '@' && socket.front() != '/') return 0;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket.data(), socket.size());
  const bool abstract = socket.front() == '@';
  if (abstract) address.sun_path[0] = '\0';
  // An abstract name ends with its length, a path with a zero.
  return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket.size() + (abstract ? 0 : 1));
}

}  // namespace

ServiceNotifier ServiceNotifier::from_environment() {
  std::optional<Milliseconds> watchdog;
  const auto microseconds = parse_integer(environment("WATCHDOG_USEC"));
  const auto process = parse_integer(environment("WATCHDOG_PID"));
  if (microseconds && *microseconds > 0 && (!process || *process == ::getpid())) {
    watchdog = std::max(Milliseconds{1}, Milliseconds{*microseconds / 1000});
  }
  return ServiceNotifier(environment("NOTIFY_SOCKET"), watchdog);
}

void ServiceNotifier::reloading() const {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}",
                   std::int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1000));
}

void ServiceNotifier::status(std::string_view line) const {
  send(fmt::format("STATUS={}", printable(line)));
}

std::optional<Milliseconds> ServiceNotifier::alive_every() const {
  if (!watchdog_ || socket_.empty()) return std::nullopt;
  return std::max(Milliseconds{1}, *watchdog_ / 2);
}

void ServiceNotifier::send(const std::string& message) const {
  sockaddr_un address{};
  const socklen_t length = address_of(socket_, address);
  if (length == 0) return;
  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return;
  // A service manager that does not listen is no reason to do anything else.
  [[maybe_unused]] const ssize_t sent = ::sendto(descriptor, message.data(), message.size(), MSG_NOSIGNAL,
                                                 reinterpret_cast<sockaddr*>(&address), length);
  ::close(descriptor);
}

}  // namespace vacuum
