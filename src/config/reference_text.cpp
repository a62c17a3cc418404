#include "config/reference_text.hpp"

#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum {
namespace {

std::string with_unit(std::string text, std::string_view unit) {
  return unit.empty() ? text : fmt::format("{} {}", text, unit);
}

std::string number_text(double value) {
  const bool whole = std::floor(value) == value;
  return whole ? fmt::format("{:.0f}", value) : fmt::format("{}", value);
}

}  // namespace

std::string option_default(const Option& option) {
  if (option.required) return "required";
  if (!option.default_text.empty()) return with_unit(std::string(option.default_text), option.unit);
  return option.default_note.empty() ? "none" : std::string(option.default_note);
}

std::string option_bounds(const Option& option) {
  switch (option.kind) {
    case OptionKind::integer:
    case OptionKind::number:
      return with_unit(fmt::format("{} to {}", number_text(option.least), number_text(option.most)),
                       option.unit);
    case OptionKind::boolean:
      return "True or False";
    case OptionKind::words:
      return "list of words";
    case OptionKind::path:
      return "path";
    case OptionKind::text:
    case OptionKind::secret:
      return "text";
  }
  return {};
}

std::string shown_name(const Option& option) {
  std::string name(option.name);
  if (name.ends_with('*')) name.back() = 'X';
  return name;
}

std::string full_meaning(const Option& option) {
  std::string text(option.meaning);
  if (option.status == OptionStatus::deprecated) {
    text += " Deprecated: " + std::string(option.remedy) + ".";
  }
  if (!option.synonym.empty()) text += fmt::format(" `{}` is the same option.", option.synonym);
  if (option.scope == OptionScope::machinetype && option.from_pipe == FromPipe::accepted)
    text += " A vacuum pipe may give it.";
  const auto aliases = split_words(option.aliases);
  if (!aliases.empty()) text += fmt::format(" Deprecated name: `{}`.", join(aliases, "`, `"));
  return text;
}

}  // namespace vacuum
