#pragma once

#include <list>
#include <memory>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "ports/async.hpp"

namespace vacuum::openstack {

/// Coroutines of the one loop that wait for another to finish something.
class Waiters {
 public:
  /// Ends at the next wake_all().
  Async<void> wait() {
    const auto waiting = waiting_;  // outlives us where a coroutine is dropped late
    const auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer(executor, boost::asio::steady_timer::time_point::max());
    const Place place(waiting, timer);
    co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }

  void wake_all() {
    for (auto* timer : *waiting_) timer->cancel();
  }

 private:
  using List = std::list<boost::asio::steady_timer*>;

  class Place {
   public:
    Place(std::shared_ptr<List> list, boost::asio::steady_timer& timer)
        : list_(std::move(list)), at_(list_->insert(list_->end(), &timer)) {}
    ~Place() { list_->erase(at_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    std::shared_ptr<List> list_;
    List::iterator at_;
  };

  std::shared_ptr<List> waiting_ = std::make_shared<List>();
};

/// One coroutine at a time does what all then use: whoever finds it being done waits for it.
class OneAtATime {
 public:
  [[nodiscard]] bool is_running() const { return *running_; }
  Async<void> wait() { return waiters_.wait(); }

  /// Runs as long as this lives, however the coroutine ends. Precondition: !is_running().
  class Run {
   public:
    explicit Run(OneAtATime& owner) : running_(owner.running_), waiters_(owner.waiters_) { *running_ = true; }
    ~Run() {
      *running_ = false;
      waiters_.wake_all();
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

   private:
    std::shared_ptr<bool> running_;
    Waiters waiters_;
  };

 private:
  std::shared_ptr<bool> running_ = std::make_shared<bool>(false);
  Waiters waiters_;
};

}  // namespace vacuum::openstack
