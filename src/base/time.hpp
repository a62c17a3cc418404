#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vacuum {

using Seconds = std::chrono::seconds;
using Milliseconds = std::chrono::milliseconds;

/// A moment as Unix time in whole seconds, as on disk and at the clouds.
using TimePoint = std::chrono::sys_seconds;

[[nodiscard]] constexpr TimePoint from_unix(std::int64_t seconds) {
  return TimePoint{Seconds{seconds}};
}
[[nodiscard]] constexpr std::int64_t to_unix(TimePoint time) {
  return time.time_since_epoch().count();
}

/// Reads "2026-11-22T10:35:26Z" and "2026-11-22T10:35:26.000000" (UTC either way); nothing for any other
/// form.
[[nodiscard]] std::optional<TimePoint> parse_iso8601(std::string_view text);
/// Writes "2026-11-22T10:35:26Z".
[[nodiscard]] std::string format_iso8601(TimePoint time);
/// For people: "45 s", "12 min 5 s", "3 h 20 min", "2 d 4 h".
[[nodiscard]] std::string format_duration(Seconds duration);

}  // namespace vacuum
