#include "config/option_value.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum {
namespace {

constexpr std::size_t kShownLength = 40;

/// What an admin who wrote a wrong number may have meant.
std::string number_remedy(const Option& option, std::string_view text) {
  if (text.find('#') != std::string_view::npos)
    return "put the comment on a line of its own, or after \" ;\"";
  if (option.most < 1e8) return fmt::format("give a number from {} to {}", option.least, option.most);
  return fmt::format("give a number of at least {}", option.least);
}

template <class Number>
Result<Number, ValueProblem> within_bounds(const Option& option, std::string_view text, Number value) {
  const auto compared = static_cast<double>(value);
  if (compared >= option.least && compared <= option.most) return value;
  return Failure{ValueProblem{fmt::format("{} is out of bounds", value), number_remedy(option, text)}};
}

}  // namespace

Result<std::int64_t, ValueProblem> integer_value(const Option& option, std::string_view text) {
  if (const auto value = parse_integer(text)) return within_bounds(option, text, *value);
  return Failure{ValueProblem{fmt::format("\"{}\" is not a whole number", printable(text, kShownLength)),
                              number_remedy(option, text)}};
}

Result<double, ValueProblem> number_value(const Option& option, std::string_view text) {
  if (const auto value = parse_number(text)) return within_bounds(option, text, *value);
  return Failure{ValueProblem{fmt::format("\"{}\" is not a number", printable(text, kShownLength)),
                              number_remedy(option, text)}};
}

Result<bool, ValueProblem> boolean_value(std::string_view text) {
  const std::string word = to_lower(text);
  if (word == "true" || word == "yes" || word == "on" || word == "1") return true;
  if (word == "false" || word == "no" || word == "off" || word == "0") return false;
  return Failure{ValueProblem{fmt::format("\"{}\" is neither True nor False", printable(text, kShownLength)),
                              "write True or False"}};
}

}  // namespace vacuum
