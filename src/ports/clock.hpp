#pragma once

#include <stop_token>

#include "base/time.hpp"
#include "ports/async.hpp"

namespace vacuum {

/// Time as the daemon sees it. Simulations and tests step it.
class Clock {
 public:
  virtual ~Clock() = default;

  /// The time of day.
  [[nodiscard]] virtual TimePoint now() const = 0;
  /// For measuring: never set back, unrelated to the time of day.
  [[nodiscard]] virtual Milliseconds monotonic() const = 0;
  /// Ends after `duration`, or at once when `stop` is requested (on the loop's thread).
  virtual Async<void> sleep(Milliseconds duration, std::stop_token stop) = 0;
};

}  // namespace vacuum
