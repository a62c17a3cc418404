#include "config/pipe_entry.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "config/option.hpp"
#include "config/pipe_value.hpp"
#include "domain/names.hpp"

namespace vacuum {
namespace {

namespace json = boost::json;

constexpr std::size_t kOptionsMax = 200;
constexpr std::size_t kSuffixLengthMax = 100;
constexpr std::size_t kOptionNameLengthMax = 100;
/// 2^53: whole numbers up to here are exact.
constexpr double kExactMax = 9'007'199'254'740'992.0;

/// The models that are virtual machines; where none is given it is the first (spec 2.3).
constexpr std::array<std::string_view, 3> kModels = {"cernvm3", "cernvm4", "vm-raw"};

PipeEntry::Omission broken(std::string option, std::string message, std::string remedy) {
  return {PipeEntry::Omission::Kind::broken, {std::move(option), std::move(message), std::move(remedy)}};
}

/// An option of an entry as the table has it; nullptr where the table does not know it for pipes.
const Option* option_of_pipe(std::string_view name) {
  for (const OptionScope scope : {OptionScope::pipe_entry, OptionScope::machinetype}) {
    const Option* option = recognise_option(scope, name);
    if (option == nullptr || option->from_pipe != FromPipe::accepted) continue;
    // Deprecated names of vcycle.conf were never names in pipes.
    if (name == option->name || name == option->synonym || option->name.ends_with('*')) return option;
  }
  return nullptr;
}

std::vector<std::string> names_for_pipes() {
  std::vector<std::string> names;
  for (const Option& option : option_table()) {
    if (option.from_pipe == FromPipe::accepted && !option.name.ends_with('*'))
      names.emplace_back(option.name);
  }
  return names;
}

PipeRemark not_accepted(const std::string& name) {
  std::string remedy = "remove it";
  if (recognise_option(OptionScope::machinetype, name) != nullptr) {
    remedy = "a site that wants it sets it in its own [vacuum_pipe …] section";
  } else if (const auto nearest = nearest_word(name, names_for_pipes())) {
    remedy = fmt::format("did you mean {}?", *nearest);
  }
  return {printable(name, 80), "is not accepted from a vacuum pipe; it is ignored", std::move(remedy)};
}

bool is_substitution_name(std::string_view text) {
  return !text.empty() && text.size() <= kOptionNameLengthMax && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// Whether nothing could ever ask for this member of a family, user_data_option_X.
bool is_unusable_member(const Option& option, std::string_view name) {
  return option.name.ends_with('*') && !is_substitution_name(name.substr(option.name.size() - 1));
}

PipeOption read_value(const Option& option, const json::value& value, std::string_view pipe_url) {
  const auto text = pipe_value_text(value);
  if (!text)
    return {"", ValueProblem{"is neither text nor a number", "give a string, a number, true or false"}};
  std::string_view meant = *text;
  if (option.kind == OptionKind::integer && meant.ends_with(".0")) meant.remove_suffix(2);
  return {std::string(meant), pipe_value_problem(option, meant, pipe_url)};
}

/// Fills in the options of an entry that is to become a machinetype.
class EntryReader {
 public:
  EntryReader(PipeEntry& entry, std::string_view pipe_url) : entry_(entry), pipe_url_(pipe_url) {}

  void read(const json::object& members) {
    for (const auto& member : members) {
      const std::string name = to_lower(std::string_view(member.key()));
      if (name != "suffix" && name != "machine_model") read_option(name, member.value());
    }
  }
  void read_share(const json::object& members) {
    if (const json::value* share = members.if_contains("target_share")) read_option("target_share", *share);
  }

 private:
  void ignore(PipeRemark remark) {
    if (entry_.ignored.size() < kPipeRemarksMax) entry_.ignored.push_back(std::move(remark));
  }

  void read_option(const std::string& name, const json::value& value) {
    const Option* option = option_of_pipe(name);
    if (option == nullptr) return ignore(not_accepted(name));
    if (is_unusable_member(*option, name)) {
      return ignore({printable(name, 80),
                     "has a name with other characters than a-z, 0-9 and _; it is ignored", "rename it"});
    }
    if (option->scope == OptionScope::pipe_entry && option->name != "target_share") return;  // no effect here
    PipeOption read = read_value(*option, value, pipe_url_);
    const std::string key = option->name.ends_with('*') ? name : std::string(option->name);
    const auto [kept, is_new] = entry_.options.try_emplace(key, read);
    if (!is_new && (kept->second.text != read.text || read.refusal)) {
      kept->second.refusal = ValueProblem{"is given twice, with different values", "remove one of them"};
    }
  }

  PipeEntry& entry_;
  std::string_view pipe_url_;
};

void take_share(PipeEntry& entry) {
  const auto share = entry.options.find("target_share");
  if (share == entry.options.end() || share->second.refusal) return;
  entry.target_share = parse_number(share->second.text).value_or(0);
}

std::optional<PipeEntry::Omission> review_suffix(const json::object& members, std::string& suffix) {
  const json::value* given = members.if_contains("suffix");
  if (given == nullptr)
    return broken("", "has no suffix: its machinetype has no name", "add \"suffix\": \"NAME\"");
  const auto text = pipe_value_text(*given);
  if (!text || !is_machinetype_name(*text) || text->size() > kSuffixLengthMax) {
    return broken("suffix",
                  fmt::format("\"{}\" is no name of a-z, 0-9 and hyphens", printable(text.value_or(""), 40)),
                  "rename it");
  }
  suffix = *text;
  return std::nullopt;
}

std::optional<PipeEntry::Omission> review_model(const json::object& members) {
  const json::value* given = members.if_contains("machine_model");
  if (given == nullptr) return std::nullopt;
  const std::string model = pipe_value_text(*given).value_or("");
  if (std::ranges::count(kModels, model) > 0) return std::nullopt;
  return PipeEntry::Omission{
      PipeEntry::Omission::Kind::not_for_clouds,
      {"machine_model",
       fmt::format("\"{}\" is no virtual machine for a cloud; the entry is passed over",
                   printable(model, 40)),
       "Vac runs containers; for clouds, add an entry with cernvm3, cernvm4 or vm-raw"}};
}

}  // namespace

PipeEntry read_pipe_entry(const json::value& element, std::size_t number, std::string_view pipe_url) {
  PipeEntry entry;
  entry.number = number;
  const json::object* members = element.if_object();
  if (members == nullptr) {
    entry.omission = broken("", "is no JSON object", "write {\"suffix\": …, …}");
    return entry;
  }
  if (members->size() > kOptionsMax) {
    entry.omission = broken("", fmt::format("has {} options, more than {}", members->size(), kOptionsMax),
                            "remove what is not needed");
    return entry;
  }
  entry.omission = review_suffix(*members, entry.suffix);
  EntryReader reader(entry, pipe_url);
  if (auto omission = review_model(*members)) {
    entry.omission = std::move(omission);
    reader.read_share(*members);  // it counts in the sum all the same
  } else {
    reader.read(*members);
  }
  take_share(entry);
  return entry;
}

std::optional<std::string> pipe_value_text(const json::value& value) {
  switch (value.kind()) {
    case json::kind::string:
      return std::string(value.get_string());
    case json::kind::int64:
      return fmt::format("{}", value.get_int64());
    case json::kind::uint64:
      return fmt::format("{}", value.get_uint64());
    case json::kind::double_: {
      const double number = value.get_double();
      const bool whole = std::abs(number) < kExactMax && std::floor(number) == number;
      return whole ? fmt::format("{:.1f}", number) : fmt::format("{}", number);
    }
    case json::kind::bool_:
      return value.get_bool() ? "True" : "False";
    case json::kind::null:
    case json::kind::array:
    case json::kind::object:
      break;
  }
  return std::nullopt;
}

}  // namespace vacuum
