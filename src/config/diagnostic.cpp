#include "config/diagnostic.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum {

std::string to_string(const Diagnostic& diagnostic) {
  std::string line;
  if (!diagnostic.location.file.empty()) {
    line = printable(diagnostic.location.file) + ":";
    if (diagnostic.location.line > 0) line += fmt::format("{}:", diagnostic.location.line);
    line += ' ';
  }
  line += diagnostic.severity == Severity::error ? "error: " : "warning: ";
  if (!diagnostic.section.empty()) line += fmt::format("[{}] ", printable(diagnostic.section));
  if (!diagnostic.option.empty()) line += fmt::format("{}: ", printable(diagnostic.option));
  line += printable(diagnostic.message, 1000);
  if (!diagnostic.remedy.empty()) line += "; " + printable(diagnostic.remedy, 1000);
  return line;
}

bool has_error(const std::vector<Diagnostic>& diagnostics) {
  return std::ranges::any_of(diagnostics, [](const Diagnostic& d) { return d.severity == Severity::error; });
}

}  // namespace vacuum
