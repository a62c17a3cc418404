#include "domain/fault.hpp"

#include <array>

namespace vacuum {
namespace {

constexpr std::array<std::string_view, kFaultKindCount> kNames{"quota",  "no_valid_host", "image", "network",
                                                               "volume", "refused",       "other"};

}  // namespace

std::string_view to_string(FaultKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<FaultKind> parse_fault_kind(std::string_view text) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == text) return static_cast<FaultKind>(i);
  }
  return std::nullopt;
}

}  // namespace vacuum
