#include "adapters/udp/name_lookup.hpp"

#include <netdb.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include <fmt/format.h>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace vacuum::udp {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kAddressesMax = 16;

/// Shared by the thread and the loop; the last of them closes it.
struct Answer {
  std::mutex mutex;
  std::optional<Addresses> addresses;
  int bell = -1;  ///< an eventfd: readable once the addresses are there

  Answer() : bell(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  ~Answer() {
    if (bell >= 0) ::close(bell);
  }
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  void give(Addresses found) {
    const std::lock_guard lock(mutex);
    addresses = std::move(found);
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t rung = ::write(bell, &one, sizeof one);
  }
  [[nodiscard]] Addresses take() {
    const std::lock_guard lock(mutex);
    return std::move(*addresses);
  }
};

asio::ip::udp::endpoint endpoint_of(const addrinfo& info) {
  asio::ip::udp::endpoint endpoint;
  std::memcpy(endpoint.data(), info.ai_addr, info.ai_addrlen);
  endpoint.resize(info.ai_addrlen);
  return endpoint;
}

}  // namespace

std::optional<asio::ip::udp::endpoint> numeric_endpoint(const HostPort& place) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(place.host, error);
  if (error) return std::nullopt;
  return asio::ip::udp::endpoint(address, static_cast<unsigned short>(place.port));
}

Addresses look_up_by_system(const HostPort& place) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(place.host.c_str(), fmt::format("{}", place.port).c_str(), &hints, &found);
  if (code != 0) {
    const std::string reason =
        code == EAI_SYSTEM ? std::system_category().message(errno) : ::gai_strerror(code);
    return Failure{fmt::format("cannot find the address of {}: {}", place.host, reason)};
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> list(found, ::freeaddrinfo);
  std::vector<asio::ip::udp::endpoint> endpoints;
  for (const addrinfo* info = found; info != nullptr && endpoints.size() < kAddressesMax;
       info = info->ai_next) {
    if (info->ai_family == AF_INET || info->ai_family == AF_INET6) endpoints.push_back(endpoint_of(*info));
  }
  if (endpoints.empty()) return Failure{fmt::format("{} has no address", place.host)};
  return endpoints;
}

void look_up_aside(const asio::any_io_executor& executor, Lookup lookup, HostPort place,
                   std::function<void(Addresses)> done) {
  auto answer = std::make_shared<Answer>();
  const int bell = ::dup(answer->bell);
  if (bell < 0) {
    const std::string reason = std::system_category().message(errno);
    return done(Failure{fmt::format("cannot look up {}: {}", place.host, reason)});
  }
  auto listener = std::make_shared<asio::posix::stream_descriptor>(executor, bell);
  listener->async_wait(asio::posix::stream_descriptor::wait_read,
                       [listener, answer, done = std::move(done)](const boost::system::error_code& error) {
                         if (!error) done(answer->take());
                       });
  try {
    std::thread([answer, lookup = std::move(lookup), place] { answer->give(lookup(place)); }).detach();
  } catch (const std::system_error& error) {
    answer->give(Failure{fmt::format("cannot look up {}: {}", place.host, error.what())});
  }
}

}  // namespace vacuum::udp
