#include "adapters/openstack/gate.hpp"

#include <cmath>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace vacuum::openstack {

struct GateState {
  struct Waiter {
    boost::asio::steady_timer timer;
    bool has_place = false;
  };

  int free = 1;
  std::deque<Waiter*> queue;

  void leave() {
    if (queue.empty()) {
      ++free;
      return;
    }
    Waiter& next = *queue.front();
    queue.pop_front();
    next.has_place = true;
    next.timer.cancel();
  }
};

namespace {

/// A waiter's place in the queue; gives the place back where its coroutine is dropped before it went on.
class InQueue {
 public:
  InQueue(std::shared_ptr<GateState> state, GateState::Waiter& waiter)
      : state_(std::move(state)), waiter_(waiter) {
    state_->queue.push_back(&waiter_);
  }
  ~InQueue() {
    std::erase(state_->queue, &waiter_);
    if (waiter_.has_place && !taken_) state_->leave();
  }
  InQueue(const InQueue&) = delete;
  InQueue& operator=(const InQueue&) = delete;
  void take() { taken_ = true; }

 private:
  std::shared_ptr<GateState> state_;
  GateState::Waiter& waiter_;
  bool taken_ = false;
};

}  // namespace

Gate::Gate(Clock& clock, int in_flight, double per_second)
    : clock_(clock), state_(std::make_shared<GateState>()) {
  state_->free = std::max(in_flight, 1);
  if (per_second > 0) {
    interval_ = Milliseconds{std::max<std::int64_t>(1, std::llround(1000.0 / per_second))};
    burst_ = std::max(Milliseconds{1000} - interval_, Milliseconds{0});
  }
}

Gate::Permit::~Permit() {
  if (state_) state_->leave();
}

int Gate::free_places() const {
  return state_->free;
}

Async<void> Gate::wait_for_place() {
  const auto executor = co_await boost::asio::this_coro::executor;
  GateState::Waiter waiter{boost::asio::steady_timer(executor, boost::asio::steady_timer::time_point::max())};
  InQueue place(state_, waiter);
  while (!waiter.has_place) {
    co_await waiter.timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }
  place.take();
}

Async<std::optional<Gate::Permit>> Gate::enter(Deadline deadline) {
  if (state_->free > 0) {
    --state_->free;
  } else {
    co_await wait_for_place();
  }
  Permit permit(state_);
  const Milliseconds left = deadline.left(clock_);
  if (left <= Milliseconds{0}) co_return std::nullopt;
  const Milliseconds pause = reserve_start();
  if (pause >= left) co_return std::nullopt;
  if (pause > Milliseconds{0}) co_await clock_.sleep(pause, {});
  co_return std::optional<Permit>(std::move(permit));
}

Milliseconds Gate::reserve_start() {
  if (interval_ <= Milliseconds{0}) return Milliseconds{0};
  const Milliseconds now = clock_.monotonic();
  next_start_ = std::max(next_start_, now - burst_);
  const Milliseconds start = std::max(next_start_, now);
  next_start_ += interval_;
  return start - now;
}

}  // namespace vacuum::openstack
