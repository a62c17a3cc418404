#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "ports/clock.hpp"

namespace vacuum {

/// A clock that stands still until a test steps it. Single-threaded, as the loop is.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(TimePoint start = from_unix(1'800'000'000)) : start_(start) {}

  [[nodiscard]] TimePoint now() const override {
    return start_ + std::chrono::duration_cast<Seconds>(elapsed_) + shift_;
  }
  [[nodiscard]] Milliseconds monotonic() const override { return Milliseconds{1000} + elapsed_; }

  Async<void> sleep(Milliseconds duration, std::stop_token stop) override {
    if (duration <= Milliseconds{0} || stop.stop_requested()) co_return;
    auto executor = co_await boost::asio::this_coro::executor;
    auto sleeper = std::make_shared<Sleeper>(executor, elapsed_ + duration);
    sleepers_.push_back(sleeper);
    const std::stop_callback wake_at_stop(stop, [sleeper] { sleeper->timer.cancel(); });
    co_await sleeper->timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    std::erase(sleepers_, sleeper);
  }

  /// Lets `duration` pass: all that sleep no longer than that go on when the loop runs next.
  void advance(Milliseconds duration) {
    elapsed_ += duration;
    for (const auto& sleeper : sleepers_) {
      if (sleeper->deadline <= elapsed_) sleeper->timer.cancel();
    }
  }

  /// Sets the time of day, as an admin or NTP does; monotonic() and sleepers do not notice.
  void set_time_of_day(TimePoint time) { shift_ += time - now(); }

  [[nodiscard]] std::size_t sleepers() const { return sleepers_.size(); }
  /// How long until the first sleeper is due; nothing where none sleeps.
  [[nodiscard]] std::optional<Milliseconds> until_next_wake() const {
    std::optional<Milliseconds> next;
    for (const auto& sleeper : sleepers_) {
      const Milliseconds rest = std::max(sleeper->deadline - elapsed_, Milliseconds{0});
      if (!next || rest < *next) next = rest;
    }
    return next;
  }

 private:
  struct Sleeper {
    Sleeper(const boost::asio::any_io_executor& executor, Milliseconds due)
        : timer(executor, boost::asio::steady_timer::time_point::max()), deadline(due) {}
    boost::asio::steady_timer timer;
    Milliseconds deadline;
  };

  TimePoint start_;
  Milliseconds elapsed_{0};
  Seconds shift_{0};
  std::vector<std::shared_ptr<Sleeper>> sleepers_;
};

}  // namespace vacuum
