#include "policy/cycle_allowance.hpp"

#include <algorithm>

namespace vacuum {
namespace {

constexpr std::int64_t kLeastWithoutLimit = 10;

std::int64_t part_rounded_up(std::int64_t whole, int percent) {
  return (std::max<std::int64_t>(whole, 0) * std::clamp(percent, 0, 100) + 99) / 100;
}

}  // namespace

CycleAllowance::CycleAllowance(std::optional<int> limit, std::int64_t in_space, int percent)
    : allowed_(limit ? part_rounded_up(*limit, percent)
                     : std::max(kLeastWithoutLimit, part_rounded_up(in_space, percent))) {}

}  // namespace vacuum
