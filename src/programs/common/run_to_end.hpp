#pragma once

#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "ports/async.hpp"

namespace vacuum {

/// Runs the loop until the coroutine has ended, and answers its value: for commands that do one thing.
template <class T>
T run_to_end(boost::asio::io_context& loop, Async<T> task) {
  std::optional<T> answer;
  std::exception_ptr failure;
  auto keep = [](Async<T> inner, std::optional<T>& out) -> Async<void> {
    out.emplace(co_await std::move(inner));
  };
  boost::asio::co_spawn(loop, keep(std::move(task), answer),
                        [&](std::exception_ptr error) { failure = error; });
  loop.restart();
  while (!answer && !failure && loop.run_one() > 0) {
  }
  if (failure) std::rethrow_exception(failure);
  return std::move(*answer);
}

/// The same where there is no value.
inline void run_to_end(boost::asio::io_context& loop, Async<void> task) {
  auto with_value = [](Async<void> inner) -> Async<bool> {
    co_await std::move(inner);
    co_return true;
  };
  run_to_end(loop, with_value(std::move(task)));
}

}  // namespace vacuum
