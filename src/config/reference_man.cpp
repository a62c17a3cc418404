#include <string_view>

#include <fmt/format.h>

#include "base/text.hpp"
#include "config/reference.hpp"
#include "config/reference_text.hpp"

namespace vacuum {
namespace {

/// Text for roff: special characters escaped, `code` in bold.
std::string roff(std::string_view text) {
  std::string out;
  bool bold = false;
  for (const char c : text) {
    if (c == '`') {
      out += bold ? "\\fR" : "\\fB";
      bold = !bold;
    } else if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if ((c == '.' || c == '\'') && out.empty()) {
      out += "\\&";
      out += c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string paragraph(std::string_view text) {
  return fmt::format(".PP\n{}\n", roff(text));
}

std::string man_option(const Option& option) {
  const std::string value = option.required ? "Required" : "Default: " + option_default(option);
  return fmt::format(".TP\n.B {}\n{}\n.br\n{}. {}.\n", roff(shown_name(option)), roff(full_meaning(option)),
                     roff("Value: " + option_bounds(option)), roff(value));
}

std::string man_ignored() {
  std::string text = ".SH OPTIONS WITHOUT EFFECT\nAccepted with a warning, for the sake of old files.\n";
  for (const Option& option : option_table()) {
    if (option.status != OptionStatus::ignored) continue;
    text += fmt::format(".TP\n.B {}\n{}.\n", roff(shown_name(option)), roff(option.remedy));
  }
  return text;
}

constexpr std::string_view kExample = R"([space vcycle01.example.com]
api = openstack
url = https://keystone.example.com:5000/v3
project_name = vcycle01
username = vcycle
password_file = /etc/vcycle/password
processors_limit = 100
flavor_names = m1.small

[machinetype vcycle01.example.com example]
target_share = 1
backoff_seconds = 600
fizzle_seconds = 600
root_image = image:example
user_data = user_data
)";

}  // namespace

std::string options_man_page() {
  std::string text = ".\\\" Generated from the option table in src/config.\n";
  text +=
      ".TH VCYCLE.CONF 5 \"\" \"Vacuum\" \"Vacuum manual\"\n.SH NAME\nvcycle.conf \\- configuration of "
      "vcycled\n";
  text += ".SH DESCRIPTION\n";
  for (const auto words : kReferenceIntroduction) text += paragraph(words);
  for (const auto& chapter : kReferenceChapters) {
    text += fmt::format(".SH {}\n{}\n", roff(chapter.title), roff(chapter.paragraph));
    for (const Option& option : option_table()) {
      if (option.scope == chapter.scope && option.status != OptionStatus::ignored) text += man_option(option);
    }
  }
  text += man_ignored();
  text += fmt::format(".SH EXAMPLE\n.nf\n{}.fi\n", roff(kExample));
  return text + ".SH SEE ALSO\n.BR vcycled (8),\n.BR vcycle (1)\n";
}

}  // namespace vacuum
