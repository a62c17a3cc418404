#pragma once

#include <string>
#include <string_view>

#include <simdjson.h>

#include "adapters/openstack/nova_listing.hpp"

namespace vacuum::openstack {

/// A member's name as it stands in the text: names that we look for hold no escapes.
[[nodiscard]] inline std::string_view raw_key(const simdjson::ondemand::raw_json_string& key) {
  const char* begin = key.raw();
  const char* end = begin;
  while (*end != '"') ++end;  // the first pass has made sure that it is closed
  return {begin, static_cast<std::size_t>(end - begin)};
}

/// Calls `each(key, value)` for all members; its first error ends it.
template <class Each>
simdjson::error_code for_each_member(simdjson::ondemand::object& object, Each each) {
  for (auto member : object) {
    simdjson::ondemand::field field;
    if (const auto error = std::move(member).get(field)) return error;
    if (const simdjson::error_code error = each(raw_key(field.key()), field.value())) return error;
  }
  return simdjson::SUCCESS;
}

/// A string; empty for any other kind of value. Valid until the next page is read.
[[nodiscard]] std::string_view text_of(simdjson::ondemand::value& value);

/// Reads one server of a listing. Made for one use.
class ServerReader {
 public:
  [[nodiscard]] simdjson::error_code read(simdjson::ondemand::object& server);

  /// Why the server cannot be counted; empty where it can.
  [[nodiscard]] std::string complaint() const;
  /// Precondition: read() succeeded and complaint() is empty.
  [[nodiscard]] ListedServer take();

 private:
  using Value = simdjson::ondemand::value;
  simdjson::error_code read_member(std::string_view key, Value& value);
  simdjson::error_code read_extension(std::string_view key, Value& value);
  simdjson::error_code read_flavor(Value& value);
  simdjson::error_code read_image(Value& value);
  simdjson::error_code read_metadata(Value& value);
  simdjson::error_code read_addresses(Value& value);
  simdjson::error_code read_fault(Value& value);

  ListedServer listed_;
  std::string_view status_;
  std::string_view task_state_;
  int power_state_ = 0;
  std::int64_t fault_code_ = 0;
  std::string_view fault_message_;
};

}  // namespace vacuum::openstack
