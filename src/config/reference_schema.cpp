#include <cstdint>
#include <utility>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "config/pipe_document.hpp"
#include "config/reference.hpp"
#include "config/reference_text.hpp"

namespace vacuum {
namespace {

namespace json = boost::json;

constexpr std::string_view kNoControlCharacters = "^[^\\u0000-\\u001f\\u007f]*$";
constexpr std::int64_t kMaxTextLength = 16'384;

/// Indented, with the members in their order: for people too.
void print(const json::value& value, std::string& out, std::size_t depth) {
  const std::string indent(2 * (depth + 1), ' ');
  const auto begin_item = [&](bool first) { out += (first ? "\n" : ",\n") + indent; };
  const auto end_items = [&](char bracket) { out += "\n" + std::string(2 * depth, ' ') + bracket; };
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    out += '{';
    bool first = true;
    for (const auto& member : *object) {
      begin_item(std::exchange(first, false));
      out += json::serialize(json::value(member.key())) + ": ";
      print(member.value(), out, depth + 1);
    }
    end_items('}');
  } else if (const auto* array = value.if_array();
             array != nullptr && !array->empty() && (*array)[0].is_object()) {
    out += '[';
    bool first = true;
    for (const auto& item : *array) {
      begin_item(std::exchange(first, false));
      print(item, out, depth + 1);
    }
    end_items(']');
  } else {
    out += json::serialize(value);
  }
}

json::value bound(double value) {
  const auto whole = static_cast<std::int64_t>(value);
  return static_cast<double>(whole) == value ? json::value(whole) : json::value(value);
}

json::object number_schema(std::string_view type, std::string_view pattern, double least, double most) {
  return {
      {"anyOf", json::array{json::object{{"type", type}, {"minimum", bound(least)}, {"maximum", bound(most)}},
                            json::object{{"type", "string"}, {"pattern", pattern}}}}};
}

json::object pattern_schema(std::string_view pattern) {
  return {{"type", "string"}, {"pattern", pattern}};
}

json::object text_schema() {
  return {{"type", json::array{"string", "number", "boolean"}},
          {"pattern", kNoControlCharacters},
          {"maxLength", kMaxTextLength}};
}

/// A URL of the outside world, or a name in files/ (spec 2.3).
json::object source_schema() {
  return {{"type", "string"},
          {"anyOf", json::array{json::object{{"pattern", "^https?://[^/?#@\\s]+([/?#]\\S*)?$"}},
                                json::object{{"pattern", "^[^/]+$"}}}},
          {"not",
           json::object{{"pattern", "/\\.\\./|^[Ii][Mm][Aa][Gg][Ee]:|^\\.\\.?$|[\\u0000-\\u001f\\u007f]"}}}};
}

/// What an option's value may be: its kind in the table, and the safety rules of pipe_value.cpp.
json::object value_schema(const Option& option) {
  if (option.name == "user_data" || option.name == "root_image") return source_schema();
  if (option.name == "user_data_file_*")
    return pattern_schema("^(?!\\.\\.?$)[^/\\u0000-\\u001f\\u007f]{1,255}$");
  if (option.name == "heartbeat_file") return pattern_schema("^[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}$");
  if (option.name == "cernvm_signing_dn") return pattern_schema("^[^\\u0000-\\u001f\\u007f]{1,1000}$");
  if (option.name == "suffix")
    return {{"type", json::array{"string", "integer"}}, {"pattern", "^[a-z0-9-]{1,100}$"}, {"minimum", 0}};
  if (option.name == "machine_model") return {{"enum", json::array{"cernvm3", "cernvm4", "vm-raw"}}};
  if (option.scope == OptionScope::pipe_entry && option.name != "target_share") return {};  // without effect
  switch (option.kind) {
    case OptionKind::integer:
      return number_schema("integer", "^[0-9]+$", option.least, option.most);
    case OptionKind::number:
      return number_schema("number", "^[0-9]+(\\.[0-9]+)?$", option.least, option.most);
    case OptionKind::boolean:
      return {{"enum", json::array{true, false, "True", "False", "true", "false", "yes", "no", "on", "off"}}};
    case OptionKind::text:
    case OptionKind::words:
    case OptionKind::path:
    case OptionKind::secret:
      break;
  }
  return text_schema();
}

json::object described(const Option& option) {
  json::object schema{{"description", option.meaning}};
  for (const auto& member : value_schema(option)) schema.insert(member);
  if (!option.default_text.empty() && option.name != "target_share")
    schema["default"] = std::string(option.default_text);
  return schema;
}

json::object machine_schema() {
  json::object properties;
  json::object families;
  for (const OptionScope scope : {OptionScope::pipe_entry, OptionScope::machinetype}) {
    for (const Option& option : option_table()) {
      if (option.scope != scope || option.from_pipe != FromPipe::accepted) continue;
      if (option.name.ends_with('*')) {
        families[fmt::format("^{}[a-z0-9_]+$", option.name.substr(0, option.name.size() - 1))] =
            described(option);
        continue;
      }
      if (properties.contains(option.name)) continue;  // an entry has its own target_share
      properties[option.name] = described(option);
      if (!option.synonym.empty()) properties[option.synonym] = described(option);
    }
  }
  return {{"description", "A machinetype for clouds."},
          {"type", "object"},
          {"required", json::array{"suffix"}},
          {"maxProperties", 200},
          {"properties", std::move(properties)},
          {"patternProperties", std::move(families)},
          {"additionalProperties", false}};
}

json::object entry_schema() {
  return {
      {"description", "A machinetype. One of another machine_model is for Vac, and may hold what Vac knows."},
      {"if",
       json::object{{"properties",
                     json::object{{"machine_model",
                                   json::object{{"enum", json::array{"cernvm3", "cernvm4", "vm-raw"}}}}}}}},
      {"then", json::object{{"$ref", "#/$defs/machine"}}},
      {"else", json::object{{"type", "object"}, {"required", json::array{"suffix", "machine_model"}}}}};
}

}  // namespace

std::string pipe_schema() {
  const auto cache = number_schema("integer", "^[0-9]+$", static_cast<double>(kPipeCacheMin.count()),
                                   static_cast<double>(kPipeCacheMax.count()));
  json::object cache_seconds{{"description", "How long a site may use its copy before it asks again."}};
  for (const auto& member : cache) cache_seconds.insert(member);
  cache_seconds["default"] = 3600;
  const json::value schema = json::object{
      {"$schema", "https://json-schema.org/draft/2020-12/schema"},
      {"title", "Vacuum pipe"},
      {"description",
       "The machinetypes that an experiment publishes for sites to take. Generated from the option "
       "table in src/config."},
      {"type", "object"},
      {"required", json::array{"machinetypes"}},
      {"properties",
       json::object{{"cache_seconds", std::move(cache_seconds)},
                    {"machinetypes", json::object{{"type", "array"},
                                                  {"maxItems", kPipeEntriesMax},
                                                  {"items", json::object{{"$ref", "#/$defs/entry"}}}}}}},
      {"additionalProperties", false},
      {"$defs", json::object{{"entry", entry_schema()}, {"machine", machine_schema()}}}};
  std::string text;
  print(schema, text, 0);
  return text + "\n";
}

}  // namespace vacuum
