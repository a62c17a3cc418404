#include "config/option_reader.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum {
namespace {

/// What an admin who wrote a wrong number may have meant.
std::string number_remedy(const Option& option, std::string_view text) {
  if (text.find('#') != std::string_view::npos)
    return "put the comment on a line of its own, or after \" ;\"";
  if (option.most < 1e8) return fmt::format("give a number from {} to {}", option.least, option.most);
  return fmt::format("give a number of at least {}", option.least);
}

std::optional<bool> parse_boolean(std::string_view text) {
  const std::string word = to_lower(text);
  if (word == "true" || word == "yes" || word == "on" || word == "1") return true;
  if (word == "false" || word == "no" || word == "off" || word == "0") return false;
  return std::nullopt;
}

bool is_known_elsewhere(std::string_view word) {
  return recognise_option(OptionScope::space, word) != nullptr ||
         recognise_option(OptionScope::openstack, word) != nullptr;
}

}  // namespace

const Option& OptionReader::option(std::string_view name) const {
  for (const OptionScope scope : scopes_) {
    if (const Option* known = find_option(scope, name)) return *known;
    if (const Option* family = recognise_option(scope, name);
        family != nullptr && family->name.ends_with('*')) {
      return *family;
    }
  }
  throw std::logic_error(fmt::format("option {} is not in the table", name));
}

const IniValue* OptionReader::find(std::string_view name) const {
  const Option& known = option(name);
  std::vector<std::string> words = split_words(known.aliases);
  words.emplace(words.begin(), name);
  const IniValue* inherited = nullptr;
  for (const auto& word : words) {
    const auto found = section_.options.find(word);
    if (found == section_.options.end()) continue;
    if (!found->second.inherited) return &found->second;
    if (inherited == nullptr) inherited = &found->second;
  }
  return inherited;
}

std::optional<std::string> OptionReader::value_text(const Option& option) {
  if (const IniValue* value = find(option.name)) return std::string(trim(value->text));
  if (option.required) {
    fail(option.name, "is required and missing", fmt::format("add \"{} = …\" to the section", option.name));
  }
  if (option.default_text.empty()) return std::nullopt;
  return std::string(option.default_text);
}

std::string OptionReader::text(std::string_view name) {
  const Option& known = option(name);
  std::string value = value_text(known).value_or("");
  if (value.empty() && known.required && given(name)) fail(name, "has no value");
  return value;
}

std::vector<std::string> OptionReader::words(std::string_view name) {
  return split_words(value_text(option(name)).value_or(""));
}

std::optional<std::int64_t> OptionReader::integer(std::string_view name) {
  const Option& known = option(name);
  const auto text = value_text(known);
  if (!text) return std::nullopt;
  const auto value = parse_integer(*text);
  if (!value) {
    fail(name, fmt::format("\"{}\" is not a whole number", printable(*text, 40)),
         number_remedy(known, *text));
    return std::nullopt;
  }
  if (static_cast<double>(*value) < known.least || static_cast<double>(*value) > known.most) {
    fail(name, fmt::format("{} is out of bounds", *value), number_remedy(known, *text));
    return std::nullopt;
  }
  return value;
}

std::optional<double> OptionReader::number(std::string_view name) {
  const Option& known = option(name);
  const auto text = value_text(known);
  if (!text) return std::nullopt;
  const auto value = parse_number(*text);
  if (!value) {
    fail(name, fmt::format("\"{}\" is not a number", printable(*text, 40)), number_remedy(known, *text));
    return std::nullopt;
  }
  if (*value < known.least || *value > known.most) {
    fail(name, fmt::format("{} is out of bounds", *value), number_remedy(known, *text));
    return std::nullopt;
  }
  return value;
}

bool OptionReader::boolean(std::string_view name) {
  const auto text = value_text(option(name));
  if (!text) return false;
  const auto value = parse_boolean(*text);
  if (!value)
    fail(name, fmt::format("\"{}\" is neither True nor False", printable(*text, 40)), "write True or False");
  return value.value_or(false);
}

Secret OptionReader::secret(std::string_view name) {
  return Secret(value_text(option(name)).value_or(""));
}

void OptionReader::tell(Severity severity, std::string_view name, std::string message, std::string remedy) {
  Diagnostic diagnostic{severity, section_.location,  section_.name,
                        "",       std::move(message), std::move(remedy)};
  if (const IniValue* value = name.empty() ? nullptr : find(name)) {
    diagnostic.location = value->location;
    const auto written =
        std::ranges::find_if(section_.options, [&](const auto& entry) { return &entry.second == value; });
    diagnostic.option = written->first;
  } else {
    diagnostic.option = name;
  }
  found_.push_back(std::move(diagnostic));
}

void OptionReader::warn(std::string_view name, std::string message, std::string remedy) {
  tell(Severity::warning, name, std::move(message), std::move(remedy));
}

void OptionReader::fail(std::string_view name, std::string message, std::string remedy) {
  tell(Severity::error, name, std::move(message), std::move(remedy));
}

void OptionReader::review_names() {
  for (const auto& [word, value] : section_.options) {
    if (!value.inherited) review_name(word, value);
  }
}

void OptionReader::review_name(const std::string& word, const IniValue& value) {
  const Option* known = nullptr;
  for (const OptionScope scope : scopes_) {
    if (known == nullptr) known = recognise_option(scope, word);
  }
  const auto say = [&](std::string message, std::string remedy) {
    found_.push_back(
        {Severity::warning, value.location, section_.name, word, std::move(message), std::move(remedy)});
  };
  if (known == nullptr) {
    const bool in_machinetype = scopes_.front() == OptionScope::machinetype;
    if (in_machinetype && is_known_elsewhere(word)) {
      say("is an option of a space, not of a machinetype; it is ignored", "move it to the [space …] section");
    } else if (!in_machinetype && recognise_option(OptionScope::machinetype, word) != nullptr) {
      say("is an option of a machinetype, not of a space; it is ignored",
          "move it to the [machinetype …] sections");
    } else if (in_machinetype) {
      found_.push_back(unknown_option(section_.name, word, value, {OptionScope::machinetype}));
    } else {
      found_.push_back(
          unknown_option(section_.name, word, value, {OptionScope::space, OptionScope::openstack}));
    }
  } else if (known->status == OptionStatus::ignored) {
    say("has no effect any more", std::string(known->remedy));
  } else if (known->status == OptionStatus::deprecated) {
    say("is deprecated", std::string(known->remedy));
  } else if (word != known->name && !known->name.ends_with('*')) {
    const bool overruled = section_.options.contains(std::string(known->name));
    say(overruled ? fmt::format("is a deprecated name of {}, which is given too and rules", known->name)
                  : fmt::format("is a deprecated name of {}", known->name),
        fmt::format("rename it to {}", known->name));
  }
}

Diagnostic unknown_option(const std::string& section, const std::string& word, const IniValue& value,
                          std::initializer_list<OptionScope> scopes) {
  const auto nearest = nearest_word(word, option_names(scopes));
  return {Severity::warning,
          value.location,
          section,
          word,
          "is no known option; it is ignored",
          nearest ? fmt::format("did you mean {}?", *nearest)
                  : "remove it, or look its name up in vcycle.conf(5)"};
}

}  // namespace vacuum
