#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "sim/moment.hpp"

namespace vacuum::sim {

/// Something that has events of its own: a simulated cloud.
struct TimedWorld {
  std::function<std::optional<Moment>()> next;  ///< when something happens there next
  std::function<void(Moment)> advance;          ///< lets everything happen that is due
};

/// The time of a simulated world, and the loop that its coroutines run on. It moves on only when nothing is
/// left to do at its moment, so a world is the same in every run: no thread, no clock of the host.
class VirtualTime {
 public:
  explicit VirtualTime(Moment start) : now_(start) {}

  [[nodiscard]] Moment now() const { return now_; }
  [[nodiscard]] boost::asio::io_context& loop() { return loop_; }

  /// Plans an event. Those of one moment happen in the order in which they were planned; one of the past
  /// happens now.
  void at(Moment when, std::function<void()> what);
  /// `world` outlives this.
  void follow(TimedWorld world) { worlds_.push_back(std::move(world)); }

  /// Lets everything happen until `end`, and stands there.
  void run_until(Moment end);
  /// Does all that is ready at this moment.
  void settle();

 private:
  struct Event {
    Moment at;
    std::uint64_t order = 0;
    std::function<void()> what;
    friend bool operator<(const Event& a, const Event& b) {  // the heap's top is the next one
      return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
  };

  void advance_worlds(Moment until);

  boost::asio::io_context loop_{1};
  Moment now_;
  std::vector<Event> events_;  ///< a heap
  std::uint64_t next_order_ = 1;
  std::vector<TimedWorld> worlds_;
};

}  // namespace vacuum::sim
