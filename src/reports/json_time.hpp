#pragma once

#include <optional>

#include <boost/json.hpp>

#include "base/time.hpp"

namespace vacuum {

/// Seconds since 1970, or null.
[[nodiscard]] inline boost::json::value time_or_null(const std::optional<TimePoint>& time) {
  return time ? boost::json::value(to_unix(*time)) : boost::json::value(nullptr);
}

}  // namespace vacuum
