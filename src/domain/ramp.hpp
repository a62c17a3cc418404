#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"

namespace vacuum {

/// How fast a space may be filled now, where its ramp is adaptive. Persisted: shared by all managers.
struct Ramp {
  std::int64_t step_millionths = 0;     ///< what one cycle may create, in millionths of the space's limit
  TimePoint since{};                    ///< when the step took effect, or was last confirmed
  std::optional<TimePoint> set_back{};  ///< when it was last halved
  std::string why;                      ///< for people: "doubled: MACHINE has run for 5 min"

  friend bool operator==(const Ramp&, const Ramp&) = default;
};

/// "12.5 %": the step for people.
[[nodiscard]] std::string step_text(const Ramp& ramp);

}  // namespace vacuum
