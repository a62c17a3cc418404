#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/time.hpp"
#include "ports/async.hpp"

namespace vacuum {

/// The one door for work that blocks on a disk: a few threads beside the loop. End it before the loop it
/// serves.
class DiskWorker {
 public:
  /// `deadline`: how long a job may keep its caller waiting.
  explicit DiskWorker(std::size_t threads = 2, Milliseconds deadline = Milliseconds{60'000})
      : pool_(threads), deadline_(deadline) {}
  /// Waits for the jobs that run; those not begun are dropped.
  ~DiskWorker() {
    pool_.stop();
    pool_.join();
  }
  DiskWorker(const DiskWorker&) = delete;
  DiskWorker& operator=(const DiskWorker&) = delete;

  /// Runs `job` (which owns all it uses) on a thread and answers its value on the caller's loop. Nothing
  /// where the deadline passed: the job cannot be stopped and may still be carried out.
  template <class Job>
  Async<std::optional<std::invoke_result_t<Job&>>> run(Job job) {
    const auto executor = co_await boost::asio::this_coro::executor;
    auto call = std::make_shared<Call<std::invoke_result_t<Job&>>>(executor);
    call->wake.expires_after(deadline_);
    boost::asio::post(pool_, [call, executor, job = std::move(job)]() mutable {
      auto outcome = std::make_shared<Outcome<std::invoke_result_t<Job&>>>();
      try {
        outcome->value.emplace(job());
      } catch (...) {
        outcome->thrown = std::current_exception();
      }
      boost::asio::post(executor, [call = std::move(call), outcome = std::move(outcome)] {
        call->outcome = outcome;
        call->wake.cancel();
      });
    });
    co_await call->wake.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    if (!call->outcome) co_return std::nullopt;
    if (call->outcome->thrown) std::rethrow_exception(call->outcome->thrown);
    co_return std::move(call->outcome->value);
  }

 private:
  template <class T>
  struct Outcome {
    std::optional<T> value;
    std::exception_ptr thrown;
  };
  /// Touched on the loop's thread alone.
  template <class T>
  struct Call {
    explicit Call(const boost::asio::any_io_executor& executor) : wake(executor) {}
    boost::asio::steady_timer wake;
    std::shared_ptr<Outcome<T>> outcome;
  };

  boost::asio::thread_pool pool_;
  Milliseconds deadline_;
};

}  // namespace vacuum
