#include "config/option_reader.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum {
namespace {

/// Sections whose options may be confused, and what to do then.
struct SectionKind {
  OptionScope scope;
  std::string_view name;
  std::string_view remedy;
};

constexpr std::array kSectionKinds = {
    SectionKind{OptionScope::settings, "[settings]", "move it to the [settings] section"},
    SectionKind{OptionScope::space, "a space", "move it to the [space …] section"},
    SectionKind{OptionScope::openstack, "a space", "move it to the [space …] section"},
    SectionKind{OptionScope::machinetype, "a machinetype", "move it to the [machinetype …] sections"},
    SectionKind{OptionScope::vacuum_pipe, "a vacuum pipe", "move it to the [vacuum_pipe …] section"},
};

const SectionKind& kind_of(OptionScope scope) {
  return *std::ranges::find(kSectionKinds, scope, &SectionKind::scope);
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
  if (!known.synonym.empty()) words.emplace(words.begin(), known.synonym);
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

template <class Value>
std::optional<Value> OptionReader::taken(std::string_view name, Result<Value, ValueProblem> value) {
  if (value) return *value;
  fail(name, std::move(value.error().message), std::move(value.error().remedy));
  return std::nullopt;
}

std::optional<std::int64_t> OptionReader::integer(std::string_view name) {
  const Option& known = option(name);
  const auto text = value_text(known);
  return text ? taken(name, integer_value(known, *text)) : std::nullopt;
}

std::optional<double> OptionReader::number(std::string_view name) {
  const Option& known = option(name);
  const auto text = value_text(known);
  return text ? taken(name, number_value(known, *text)) : std::nullopt;
}

bool OptionReader::boolean(std::string_view name) {
  const auto text = value_text(option(name));
  return text && taken(name, boolean_value(*text)).value_or(false);
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
    const auto elsewhere = std::ranges::find_if(kSectionKinds, [&](const SectionKind& kind) {
      return recognise_option(kind.scope, word) != nullptr;
    });
    if (elsewhere != kSectionKinds.end()) {
      say(fmt::format("is an option of {}, not of {}; it is ignored", elsewhere->name,
                      kind_of(scopes_.front()).name),
          std::string(elsewhere->remedy));
    } else {
      found_.push_back(unknown_option(section_.name, word, value, scopes_));
    }
  } else if (known->status == OptionStatus::ignored) {
    say("has no effect any more", std::string(known->remedy));
  } else if (known->status == OptionStatus::deprecated) {
    say("is deprecated", std::string(known->remedy));
  } else if (word != known->name && word != known->synonym && !known->name.ends_with('*')) {
    const bool overruled = section_.options.contains(std::string(known->name));
    say(overruled ? fmt::format("is a deprecated name of {}, which is given too and rules", known->name)
                  : fmt::format("is a deprecated name of {}", known->name),
        fmt::format("rename it to {}", known->name));
  }
}

Diagnostic unknown_option(const std::string& section, const std::string& word, const IniValue& value,
                          const std::vector<OptionScope>& scopes) {
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
