#include "reports/event_line.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json.hpp>

namespace vacuum {
namespace {

namespace json = boost::json;

/// A text of strangers that is no UTF-8 would make the whole line unreadable.
std::string clean(std::string_view text) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (std::ranges::all_of(text, is_ascii)) return std::string(text);
  const json::string_view whole(text.data(), text.size());
  boost::system::error_code error;
  const std::string quoted = json::serialize(json::string(whole));
  json::parse(quoted, error);
  if (!error) return std::string(text);
  std::string kept(text);
  for (char& c : kept) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  return kept;
}

void put(json::object& line, std::string_view name, std::string_view text) {
  if (!text.empty()) line[name] = clean(text);
}

std::string text_of(const json::object& line, std::string_view name) {
  const auto* value = line.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

std::string write_event(const Event& event) {
  json::object line{{"time", format_iso8601(event.time)}, {"kind", to_string(event.kind)}};
  put(line, "space", event.space.text());
  put(line, "machinetype", event.machinetype.text());
  put(line, "machine", event.machine.text());
  put(line, "reason", event.reason);
  if (!event.details.empty()) {
    json::object details;
    for (const EventDetail& one : event.details) details[one.name] = clean(one.value);
    line["details"] = std::move(details);
  }
  return json::serialize(line) + "\n";
}

Result<Event, std::string> read_event(std::string_view line) {
  boost::system::error_code parse_error;
  const json::value root = json::parse(json::string_view(line.data(), line.size()), parse_error);
  if (parse_error) return Failure{fmt::format("not JSON: {}", parse_error.message())};
  if (!root.is_object()) return Failure{std::string("not a JSON object")};
  const json::object& object = root.get_object();
  const auto time = parse_iso8601(text_of(object, "time"));
  if (!time) return Failure{std::string("'time' is not a time")};
  const std::string kind_name = text_of(object, "kind");
  const auto kind = parse_event_kind(kind_name);
  if (!kind) return Failure{fmt::format("kind '{}' is not known to this version", kind_name)};
  Event event{.time = *time,
              .kind = *kind,
              .space = SpaceName{text_of(object, "space")},
              .machinetype = MachinetypeName{text_of(object, "machinetype")},
              .machine = MachineName{text_of(object, "machine")},
              .reason = text_of(object, "reason"),
              .details = {}};
  if (const auto* details = object.if_contains("details"); details != nullptr && details->is_object()) {
    for (const auto& member : details->get_object()) {
      if (!member.value().is_string()) continue;
      event.details.push_back({std::string(member.key()), std::string(member.value().get_string())});
    }
  }
  return event;
}

}  // namespace vacuum
