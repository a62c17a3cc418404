#include "sim/play/section_reader.hpp"

#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum::sim {
namespace {

constexpr double kLongestSeconds = 1e9;
constexpr std::string_view kDurationRemedy = "write a duration: 90, 90s, 15m, 2h or 3d";

double seconds_of_unit(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return 86400;
    default:
      return 0;
  }
}

double in_seconds_of(Milliseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

std::optional<Milliseconds> parse_duration(std::string_view text) {
  const std::string_view trimmed = trim(text);
  if (trimmed.empty()) return std::nullopt;
  const double unit = seconds_of_unit(trimmed.back());
  const auto number = parse_number(unit > 0 ? trimmed.substr(0, trimmed.size() - 1) : trimmed);
  if (!number || *number < 0) return std::nullopt;
  const double seconds = *number * (unit > 0 ? unit : 1);
  if (seconds > kLongestSeconds) return std::nullopt;
  return Milliseconds{std::llround(seconds * 1000)};
}

std::optional<std::pair<Milliseconds, Milliseconds>> parse_duration_range(std::string_view text) {
  const auto dash = text.find('-');
  const auto from = parse_duration(text.substr(0, dash));
  const auto to = dash == std::string_view::npos ? from : parse_duration(text.substr(dash + 1));
  if (!from || !to || *to < *from) return std::nullopt;
  return std::pair{*from, *to};
}

SectionReader::~SectionReader() {
  const std::vector<std::string> known(asked_.begin(), asked_.end());
  for (const auto& [name, value] : section_.options) {
    if (asked_.contains(name) || value.inherited) continue;
    const auto nearest = nearest_word(name, known);
    found_.push_back({Severity::error, value.location, section_.name, name, "is not known",
                      nearest ? fmt::format("did you mean {}?", *nearest)
                              : fmt::format("there are: {}", join(known, ", "))});
  }
}

const IniValue* SectionReader::find(std::string_view option) {
  asked_.emplace(option);
  const auto found = section_.options.find(std::string(option));
  return found == section_.options.end() ? nullptr : &found->second;
}

std::optional<std::string> SectionReader::text(std::string_view option) {
  const IniValue* value = find(option);
  if (value == nullptr) return std::nullopt;
  return std::string(trim(value->text));
}

std::vector<std::string> SectionReader::words(std::string_view option) {
  const IniValue* value = find(option);
  return value == nullptr ? std::vector<std::string>() : split_words(value->text);
}

void SectionReader::fail(std::string_view option, std::string message, std::string remedy) {
  const IniValue* value = find(option);
  found_.push_back({Severity::error, value == nullptr ? section_.location : value->location, section_.name,
                    std::string(option), std::move(message), std::move(remedy)});
}

void SectionReader::integer(std::string_view option, int& value, int least, int most) {
  const auto given = text(option);
  if (!given) return;
  const auto number = parse_integer(*given);
  if (!number || *number < least || *number > most) {
    return fail(option, fmt::format("'{}' is no whole number from {} to {}", printable(*given), least, most));
  }
  value = static_cast<int>(*number);
}

void SectionReader::number(std::string_view option, double& value, double least, double most) {
  const auto given = text(option);
  if (!given) return;
  const auto number = parse_number(*given);
  if (!number || *number < least || *number > most) {
    return fail(option, fmt::format("'{}' is no number from {} to {}", printable(*given), least, most));
  }
  value = *number;
}

void SectionReader::duration(std::string_view option, Milliseconds& value, Milliseconds least) {
  const auto given = text(option);
  if (!given) return;
  const auto duration = parse_duration(*given);
  if (!duration || *duration < least) {
    return fail(option,
                fmt::format("'{}' is no duration of {} s or more", printable(*given), in_seconds_of(least)),
                std::string(kDurationRemedy));
  }
  value = *duration;
}

void SectionReader::range(std::string_view option, SecondsRange& value) {
  const auto given = text(option);
  if (!given) return;
  const auto range = parse_duration_range(*given);
  if (!range)
    return fail(option, fmt::format("'{}' is no range of durations", printable(*given)),
                "write FROM-TO, such as 30s-2m, or one duration");
  value = {in_seconds_of(range->first), in_seconds_of(range->second)};
}

}  // namespace vacuum::sim
