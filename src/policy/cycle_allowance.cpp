#include "policy/cycle_allowance.hpp"

#include <algorithm>

#include "policy/division.hpp"

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

void CycleAllowance::divide(int managers, std::int64_t created_by_others) {
  is_used_by_others_ = created_by_others > 0 && created_by_others >= allowed_;
  allowed_ = own_part(allowed_, managers, created_by_others);
}

}  // namespace vacuum
