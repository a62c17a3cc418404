#include "sim/world/process.hpp"

#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace vacuum::sim {

bool Process::ends_here() {
  if (ended_) return true;
  ++steps_;
  if (pause_step_ && steps_ >= *pause_step_) {
    pause_step_.reset();
    pause_until(time_.now() + pause_length_);
  }
  if (!last_step_ || steps_ < *last_step_) return false;
  ended_ = true;
  if (on_end_) on_end_();
  return true;
}

void Process::end_after(std::uint64_t steps, std::function<void()> ended) {
  last_step_ = steps_ + steps;
  on_end_ = std::move(ended);
}

void Process::kill() {
  ended_ = true;
  // What is destroyed may look here again. Each wait holds its coroutine, which holds the wait.
  while (!waits_.empty()) {
    const auto gone = std::exchange(waits_, {});
    for (const auto& [number, wait] : gone) wait->resume = nullptr;
  }
}

void Process::plan(const std::shared_ptr<Wait>& wait, Moment due) {
  time_.at(due, [this, waiting = std::weak_ptr(wait)] {
    const auto kept = waiting.lock();
    if (kept && kept->resume) resume(kept);
  });
}

void Process::resume(const std::shared_ptr<Wait>& wait) {
  if (time_.now() < paused_until_) return plan(wait, paused_until_);
  waits_.erase(wait->number);
  const auto go_on = std::exchange(wait->resume, nullptr);
  go_on();
}

Async<void> Process::suspend(std::optional<Moment> due, std::stop_token stop) {
  auto wait = std::make_shared<Wait>();
  wait->number = next_wait_++;
  waits_.emplace(wait->number, wait);
  const std::stop_callback wake_at_stop(stop, [this, wait] { plan(wait, time_.now()); });
  auto initiation = [this, wait, due](auto handler) {
    auto kept = std::make_shared<decltype(handler)>(std::move(handler));
    wait->resume = [kept] { std::move (*kept)(); };
    if (due) plan(wait, *due);
  };
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void()>(
      std::move(initiation), boost::asio::use_awaitable);
}

Async<void> Process::never_again() {
  co_await suspend(std::nullopt, std::stop_token());
}

Async<void> Process::wait(Milliseconds duration, std::stop_token stop) {
  if (ended_) co_await never_again();
  if (duration <= Milliseconds{0} || stop.stop_requested()) co_return;
  co_await suspend(time_.now() + duration, std::move(stop));
}

}  // namespace vacuum::sim
