#include "domain/shutdown_message.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum {

std::optional<ShutdownMessage> parse_shutdown_message(std::string_view file) {
  const std::string_view start = file.substr(0, 4096);
  const std::string_view line = trim(trim(start).substr(0, trim(start).find('\n')));
  const auto code = parse_integer(line.substr(0, 3));
  if (!code || *code < 100 || *code > 999) return std::nullopt;
  if (line.size() > 3 && line[3] != ' ' && line[3] != '\t') return std::nullopt;
  return ShutdownMessage{static_cast<int>(*code), printable(line.substr(3))};
}

std::string to_string(const ShutdownMessage& message) {
  return message.text.empty() ? fmt::format("{}", message.code)
                              : fmt::format("{} {}", message.code, message.text);
}

}  // namespace vacuum
