#include <fmt/format.h>

#include "config/reference.hpp"
#include "config/reference_text.hpp"

namespace vacuum {
namespace {

std::string markdown_option(const Option& option) {
  const std::string fallback = option_default(option);
  return fmt::format("### {}\n\n{}\n\n- Value: {}\n- {}\n\n", shown_name(option), full_meaning(option),
                     option_bounds(option), option.required ? "Required" : "Default: " + fallback);
}

std::string markdown_ignored() {
  std::string text = "## Options without effect\n\nAccepted with a warning, for the sake of old files.\n\n";
  for (const Option& option : option_table()) {
    if (option.status == OptionStatus::ignored)
      text += fmt::format("- `{}`: {}.\n", shown_name(option), option.remedy);
  }
  return text;
}

}  // namespace

std::string options_markdown() {
  std::string text =
      "# vcycle.conf: all options\n\n<!-- Generated from the option table in src/config. -->\n\n";
  for (const auto paragraph : kReferenceIntroduction) text += fmt::format("{}\n\n", paragraph);
  for (const auto& chapter : kReferenceChapters) {
    text += fmt::format("## {}\n\n{}\n\n", chapter.title, chapter.paragraph);
    for (const Option& option : option_table()) {
      if (option.scope == chapter.scope && option.status != OptionStatus::ignored)
        text += markdown_option(option);
    }
  }
  return text + markdown_ignored();
}

}  // namespace vacuum
