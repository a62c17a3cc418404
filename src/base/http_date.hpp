#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace vacuum {

/// Reads "Wed, 21 Oct 2026 07:28:00 GMT" (RFC 9110, 5.6.7); nothing for any other form.
[[nodiscard]] std::optional<TimePoint> parse_http_date(std::string_view text);
/// Writes it.
[[nodiscard]] std::string format_http_date(TimePoint time);

}  // namespace vacuum
