#include "sim/world/virtual_time.hpp"

#include <algorithm>
#include <stdexcept>

namespace vacuum::sim {
namespace {

/// More steps without time passing are a fault of ours: the world would stand still for ever.
constexpr std::size_t kStepsOfAMoment = 500'000'000;

}  // namespace

void VirtualTime::at(Moment when, std::function<void()> what) {
  events_.push_back({std::max(when, now_), next_order_++, std::move(what)});
  std::push_heap(events_.begin(), events_.end());
}

void VirtualTime::settle() {
  loop_.restart();
  for (std::size_t steps = 0; loop_.poll_one() > 0; ++steps)
    if (steps > kStepsOfAMoment) throw std::logic_error("the simulated world does not come to rest");
}

void VirtualTime::advance_worlds(Moment until) {
  for (;;) {
    TimedWorld* first = nullptr;
    Moment when = until;
    for (TimedWorld& world : worlds_) {
      const auto next = world.next();
      if (!next || *next > when || (first != nullptr && *next == when)) continue;
      first = &world;
      when = *next;
    }
    if (first == nullptr) return;
    now_ = std::max(now_, when);
    first->advance(now_);
  }
}

void VirtualTime::run_until(Moment end) {
  for (;;) {
    settle();
    const bool has_event = !events_.empty() && events_.front().at <= end;
    const Moment next = has_event ? events_.front().at : end;
    advance_worlds(next);
    now_ = std::max(now_, next);
    if (!has_event) break;
    std::pop_heap(events_.begin(), events_.end());
    Event event = std::move(events_.back());
    events_.pop_back();
    event.what();
  }
  settle();
}

}  // namespace vacuum::sim
