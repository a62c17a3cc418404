#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace vacuum::openstack {

/// The text as JSON, else nothing. Depth is bounded.
[[nodiscard]] std::optional<boost::json::value> parse_json(std::string_view text);

/// A member of the kind asked for, else nothing (null, empty).
[[nodiscard]] const boost::json::object* object_at(const boost::json::object& object, std::string_view key);
[[nodiscard]] const boost::json::array* array_at(const boost::json::object& object, std::string_view key);
[[nodiscard]] std::string_view string_at(const boost::json::object& object, std::string_view key);
[[nodiscard]] std::optional<std::int64_t> integer_at(const boost::json::object& object, std::string_view key);

/// A number of processors, MB or machines that a stranger told, within what an int holds and not below
/// `lowest`.
[[nodiscard]] int bounded_int(std::int64_t value, int lowest = 0);

}  // namespace vacuum::openstack
