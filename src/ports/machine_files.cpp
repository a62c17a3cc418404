#include "ports/machine_files.hpp"

#include <algorithm>
#include <string_view>

namespace vacuum {

bool is_output_name(std::string_view name) {
  constexpr std::size_t kLengthMax = 200;
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= kLengthMax && name.front() != '.' &&
         std::ranges::all_of(name, plain);
}

}  // namespace vacuum
