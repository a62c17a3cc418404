#include "adapters/openstack/json.hpp"

#include <algorithm>
#include <limits>

#include <boost/json/parse.hpp>

namespace vacuum::openstack {

namespace json = boost::json;

std::optional<json::value> parse_json(std::string_view text) {
  json::error_code error;
  json::value value = json::parse(json::string_view(text.data(), text.size()), error);
  if (error) return std::nullopt;
  return value;
}

const json::object* object_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

const json::array* array_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_array();
}

std::string_view string_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

std::optional<std::int64_t> integer_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr) return std::nullopt;
  if (const auto* number = value->if_int64()) return *number;
  if (value->is_uint64()) return std::numeric_limits<std::int64_t>::max();
  return std::nullopt;
}

int bounded_int(std::int64_t value, int lowest) {
  return static_cast<int>(std::clamp<std::int64_t>(value, lowest, std::numeric_limits<int>::max()));
}

}  // namespace vacuum::openstack
