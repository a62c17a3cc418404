#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include <boost/json/object.hpp>

#include "base/time.hpp"

namespace vacuum {

/// How long things took, by classes of duration.
struct DurationCounts {
  /// Upper ends of the classes, in seconds; what took longer is in one more.
  static constexpr std::array<double, 9> kBounds{0.1, 0.5, 1, 5, 15, 30, 60, 120, 300};

  std::array<std::int64_t, kBounds.size() + 1> counts{};
  Milliseconds sum{0};

  void add(Milliseconds took);
  [[nodiscard]] std::int64_t count() const;

  friend bool operator==(const DurationCounts&, const DurationCounts&) = default;
};

/// Requests of one kind to a cloud.
struct RequestCounts {
  std::int64_t asked = 0;
  std::int64_t failed = 0;  ///< of these: answered by an error, or not at all
  Milliseconds took{0};     ///< all together

  friend bool operator==(const RequestCounts&, const RequestCounts&) = default;
};

/// What a daemon did in a space since it started. Only grows.
struct StatusTotals {
  std::int64_t cycles_done = 0;
  std::int64_t cycles_failed = 0;  ///< that did nothing, or not all
  DurationCounts cycles;
  std::int64_t creations_failed = 0;
  std::int64_t deletions_accepted = 0;
  std::int64_t deletions_failed = 0;
  std::int64_t accounted = 0;                           ///< accounting records written
  std::int64_t messages_sent = 0;                       ///< to monitors
  std::map<std::string, RequestCounts> cloud_requests;  ///< by what was asked: "list", "create", …

  friend bool operator==(const StatusTotals&, const StatusTotals&) = default;
};

[[nodiscard]] boost::json::object totals_json(const StatusTotals& totals);
/// The first wrong type is kept as the error.
[[nodiscard]] StatusTotals read_totals(const boost::json::object& object, std::string& error);

}  // namespace vacuum
