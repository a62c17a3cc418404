#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "sim/moment.hpp"

namespace vacuum::sim {

/// A request's path and query, decoded.
struct RequestTarget {
  std::string path;  ///< begins with a slash
  std::vector<std::pair<std::string, std::string>> query;

  /// The value of the first parameter of this name.
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
};

/// Nothing where a percent escape is broken, or a NUL byte hides.
[[nodiscard]] std::optional<RequestTarget> parse_target(std::string_view target);
[[nodiscard]] std::string percent_encode(std::string_view text);
/// name=value&name=value, encoded.
[[nodiscard]] std::string make_query(const std::vector<std::pair<std::string, std::string>>& parameters);

/// Appends a JSON string with its quotes. Bytes that are no UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);
/// Appends "2026-11-22T10:35:26" without quotes or zone.
void append_iso8601(std::string& out, TimePoint time);
/// What OpenStack takes for a time: a date "2026-11-22", behind it perhaps "T" or a space and "10:35",
/// ":26", ".5", and a zone "Z", "+01:00", "+0100" or "+01"; without a zone it is UTC. The forms without
/// dashes and colons are not read.
[[nodiscard]] std::optional<Moment> parse_isotime(std::string_view text);

}  // namespace vacuum::sim
