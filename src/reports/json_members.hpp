#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/time.hpp"

namespace vacuum {

namespace json = boost::json;

/// The last second of the year 9999: times and durations beyond it are nobody's, and sums of them overflow.
constexpr std::int64_t kTimeMost = 253'402'300'799;

/// Whether a number can be a count of something: more is nobody's, and sums of it overflow.
[[nodiscard]] constexpr bool is_count(std::int64_t number) {
  return number >= 0 && number <= std::int64_t{1} << 53;
}

/// Reads members of one object; the first wrong type is kept as the error, as is a number that is out of
/// range.
class Members {
 public:
  Members(const json::object& object, std::string& error) : object_(object), error_(error) {}

  void read(std::string_view name, std::string& out) const {
    if (const auto* value = find(name); value != nullptr && expect(name, value->is_string(), "a string")) {
      out = std::string(value->as_string());
    }
  }
  void read(std::string_view name, int& out) const {
    const auto number = integer(name);
    if (number && expect(name, std::in_range<int>(*number), "within the range of an integer"))
      out = static_cast<int>(*number);
  }
  void read(std::string_view name, std::int64_t& out) const {
    const auto number = integer(name);
    if (number && expect(name, is_count(*number), "a count")) out = *number;
  }
  void read(std::string_view name, bool& out) const {
    if (const auto* value = find(name); value != nullptr && expect(name, value->is_bool(), "true or false")) {
      out = value->as_bool();
    }
  }
  void read(std::string_view name, double& out) const {
    const auto* value = find(name);
    if (value == nullptr || !expect(name, value->is_number(), "a number")) return;
    const auto number = value->to_number<double>();
    if (expect(name, std::isfinite(number), "a finite number")) out = number;
  }
  void read(std::string_view name, Milliseconds& out) const {
    const auto number = integer(name);
    if (number && expect(name, std::abs(*number / 1000) <= kTimeMost, "a duration"))
      out = Milliseconds{*number};
  }
  void read(std::string_view name, TimePoint& out) const {
    const auto number = integer(name);
    if (number && expect(name, -kTimeMost <= *number && *number <= kTimeMost, "a time"))
      out = from_unix(*number);
  }
  void read(std::string_view name, std::vector<std::string>& out) const {
    for (const json::value& value : array(name)) {
      if (expect(name, value.is_string(), "a list of strings")) out.emplace_back(value.as_string());
    }
  }
  template <class T>
  void read(std::string_view name, std::optional<T>& out) const {
    if (find(name) == nullptr) return;
    T value{};
    read(name, value);
    out = value;
  }

  [[nodiscard]] const json::array& array(std::string_view name) const {
    static const json::array kNone;
    const auto* value = find(name);
    return value != nullptr && expect(name, value->is_array(), "a list") ? value->get_array() : kNone;
  }
  /// Null where it is missing or null.
  [[nodiscard]] const json::object* object(std::string_view name) const {
    const auto* value = find(name);
    return value != nullptr && expect(name, value->is_object(), "an object") ? &value->get_object() : nullptr;
  }

 private:
  [[nodiscard]] const json::value* find(std::string_view name) const {
    const auto* value = object_.if_contains(name);
    return value == nullptr || value->is_null() ? nullptr : value;
  }
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const {
    const auto* value = find(name);
    if (value == nullptr || !expect(name, value->is_int64(), "an integer")) return std::nullopt;
    return value->get_int64();
  }
  bool expect(std::string_view name, bool holds, std::string_view what) const {
    if (!holds && error_.empty()) error_ = fmt::format("'{}' is not {}", name, what);
    return holds;
  }

  const json::object& object_;
  std::string& error_;
};

}  // namespace vacuum
