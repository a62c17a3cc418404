#pragma once

#include <chrono>

#include "base/random.hpp"
#include "base/time.hpp"

namespace vacuum::sim {

/// A moment of simulated time, in milliseconds since the Unix epoch.
using Moment = std::chrono::sys_time<Milliseconds>;

/// What a client sees of a moment: whole seconds.
[[nodiscard]] constexpr TimePoint in_seconds(Moment moment) {
  return std::chrono::floor<Seconds>(moment);
}

/// A duration that is drawn anew each time, uniformly, in seconds.
struct SecondsRange {
  double from = 0;
  double to = 0;

  friend bool operator==(const SecondsRange&, const SecondsRange&) = default;
};

[[nodiscard]] inline Milliseconds draw(const SecondsRange& range, RandomStream& random) {
  const double seconds = range.from + (range.to - range.from) * random.fraction();
  return Milliseconds{static_cast<std::int64_t>(seconds * 1000)};
}

/// Whether something of this probability happens. Draws only where the outcome is open.
[[nodiscard]] inline bool happens(double probability, RandomStream& random) {
  if (probability <= 0) return false;
  return probability >= 1 || random.fraction() < probability;
}

}  // namespace vacuum::sim
