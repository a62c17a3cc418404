#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.hpp"

namespace vacuum {

/// Sums and differences of times that stop at the ends of the range: recorded times may be anything.
[[nodiscard]] inline TimePoint later(TimePoint time, Seconds by) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(to_unix(time), by.count(), &sum)) {
    return by.count() > 0 ? TimePoint::max() : TimePoint::min();
  }
  return from_unix(sum);
}

[[nodiscard]] inline Seconds elapsed(TimePoint from, TimePoint to) {
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(to_unix(to), to_unix(from), &difference))
    return to > from ? Seconds::max() : Seconds::min();
  return Seconds{difference};
}

/// `time` moved into [earliest, latest]; `latest` wins where they contradict each other.
[[nodiscard]] inline TimePoint moved_into(TimePoint time, TimePoint earliest, TimePoint latest) {
  return std::min(std::max(time, earliest), latest);
}

}  // namespace vacuum
