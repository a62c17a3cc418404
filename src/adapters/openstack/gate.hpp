#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "adapters/openstack/deadline.hpp"
#include "ports/async.hpp"
#include "ports/clock.hpp"

namespace vacuum::openstack {

/// Lets so many requests be under way at once, first come first served, and so many begin in a second.
class Gate {
 public:
  /// `in_flight` below 1 counts as 1; `per_second` 0 sets no rate. A second's worth may begin at once.
  Gate(Clock& clock, int in_flight, double per_second);

  /// A request may be under way as long as this lives.
  class Permit {
   public:
    Permit(Permit&&) = default;
    Permit& operator=(Permit&&) = delete;
    ~Permit();

   private:
    friend class Gate;
    explicit Permit(std::shared_ptr<struct GateState> state) : state_(std::move(state)) {}
    std::shared_ptr<struct GateState> state_;
  };

  /// Nothing where the turn would not come before the deadline.
  Async<std::optional<Permit>> enter(Deadline deadline);

  [[nodiscard]] int free_places() const;

 private:
  Async<void> wait_for_place();
  /// How long the next request has to wait for the rate's sake; counts it as begun.
  Milliseconds reserve_start();

  Clock& clock_;
  std::shared_ptr<struct GateState> state_;
  Milliseconds interval_{0};
  Milliseconds burst_{0};
  Milliseconds next_start_{0};
};

}  // namespace vacuum::openstack
