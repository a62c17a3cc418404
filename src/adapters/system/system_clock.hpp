#pragma once

#include "ports/clock.hpp"

namespace vacuum {

/// The machine's own clocks; sleeps on the loop that awaits them. monotonic() counts suspended time too: a
/// manager that slept must know.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override;
  [[nodiscard]] Milliseconds monotonic() const override;
  Async<void> sleep(Milliseconds duration, std::stop_token stop) override;
};

}  // namespace vacuum
