#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "ports/async.hpp"
#include "ports/testing/fake_clock.hpp"

namespace vacuum {

/// How many steps of the loop a test waits for one coroutine, and how long for one step that a thread has to
/// finish.
inline constexpr int kRunStepsMax = 10'000'000;
inline constexpr std::chrono::seconds kRunStepTimeout{20};

namespace run_detail {

template <class T>
Async<void> keep(Async<T> task, std::optional<T>& out) {
  out.emplace(co_await std::move(task));
}

/// Runs `task` until it ended; `idle` is asked to move the world on whenever nothing is ready, and may answer
/// false.
template <class Idle>
void drive(boost::asio::io_context& loop, Async<void> task, Idle idle) {
  bool ended = false;
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr thrown) {
    ended = true;
    failure = std::move(thrown);
  });
  for (int step = 0; !ended; ++step) {
    if (step >= kRunStepsMax) throw std::runtime_error("the coroutine did not end: too many steps");
    loop.restart();
    if (loop.poll_one() > 0 || idle()) continue;
    loop.restart();
    if (loop.run_one_for(kRunStepTimeout) == 0) {
      throw std::runtime_error("the coroutine did not end: nothing happens any more");
    }
  }
  if (failure) std::rethrow_exception(failure);
}

template <class T, class Idle>
T run(boost::asio::io_context& loop, Async<T> task, Idle idle) {
  if constexpr (std::is_void_v<T>) {
    drive(loop, std::move(task), idle);
  } else {
    std::optional<T> out;
    drive(loop, keep<T>(std::move(task), out), idle);
    return std::move(*out);
  }
}

}  // namespace run_detail

/// Runs a coroutine to its end and answers its value. Throws when it never ends.
template <class T>
T run(boost::asio::io_context& loop, Async<T> task) {
  return run_detail::run<T>(loop, std::move(task), [] { return false; });
}

/// As above, and steps `clock` to the next sleeper whenever nothing else is ready: hours pass in no time. Not
/// for tasks that wait for threads or sockets: those would be slower than the clock.
template <class T>
T run(boost::asio::io_context& loop, FakeClock& clock, Async<T> task) {
  return run_detail::run<T>(loop, std::move(task), [&clock] {
    const auto rest = clock.until_next_wake();
    if (rest) clock.advance(*rest);
    return rest.has_value();
  });
}

/// Does all that is ready now: for coroutines that a test spawned and that wait for its next step.
inline void settle(boost::asio::io_context& loop) {
  loop.restart();
  for (int step = 0; loop.poll_one() > 0; ++step) {
    if (step >= kRunStepsMax) throw std::runtime_error("the loop does not come to rest");
  }
}

}  // namespace vacuum
