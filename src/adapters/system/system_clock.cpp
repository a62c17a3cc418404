#include "adapters/system/system_clock.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace vacuum {
namespace {

/// Longer sleeps would pass the end of the timer's clock.
constexpr Milliseconds kLongestSleep = std::chrono::hours{24 * 365};

}  // namespace

TimePoint SystemClock::now() const {
  return std::chrono::floor<Seconds>(std::chrono::system_clock::now());
}

Milliseconds SystemClock::monotonic() const {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return std::chrono::duration_cast<Milliseconds>(Seconds{time.tv_sec} +
                                                  std::chrono::nanoseconds{time.tv_nsec});
}

Async<void> SystemClock::sleep(Milliseconds duration, std::stop_token stop) {
  if (stop.stop_requested() || duration <= Milliseconds{0}) co_return;
  const auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer timer(executor, std::min(duration, kLongestSleep));
  const std::stop_callback wake(stop, [&timer] { timer.cancel(); });
  co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
}

}  // namespace vacuum
