#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace vacuum {

/// The count with its noun, which is in the plural unless there is one: "1 space", "0 spaces".
[[nodiscard]] std::string counted(std::integral auto count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace vacuum
