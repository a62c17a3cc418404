#pragma once

#include <algorithm>

#include "ports/clock.hpp"

namespace vacuum::openstack {

/// The moment by which a call of the cloud has to end, on the monotonic clock.
class Deadline {
 public:
  static Deadline in(const Clock& clock, Milliseconds duration) {
    return Deadline(clock.monotonic() + duration);
  }

  /// 0 where it has passed.
  [[nodiscard]] Milliseconds left(const Clock& clock) const {
    return std::max(at_ - clock.monotonic(), Milliseconds{0});
  }

 private:
  explicit Deadline(Milliseconds at) : at_(at) {}
  Milliseconds at_;
};

}  // namespace vacuum::openstack
