#include "policy/cycle_allowance.hpp"

#include <algorithm>

#include "policy/division.hpp"

namespace vacuum {
namespace {

constexpr std::int64_t kLeastWithoutLimit = 10;

constexpr std::int64_t kWhole = 1'000'000;

/// `whole` is at most some thousand millions: no overflow.
std::int64_t part_rounded_up(std::int64_t whole, std::int64_t millionths) {
  return (std::max<std::int64_t>(whole, 0) * std::clamp<std::int64_t>(millionths, 0, kWhole) + kWhole - 1) /
         kWhole;
}

std::int64_t least_without_limit(CycleStep step) {
  if (step.fixed_millionths <= 0) return kLeastWithoutLimit;
  return (kLeastWithoutLimit * step.millionths + step.fixed_millionths - 1) / step.fixed_millionths;
}

}  // namespace

CycleAllowance::CycleAllowance(std::optional<int> limit, std::int64_t in_space, CycleStep step)
    : allowed_(limit ? part_rounded_up(*limit, step.millionths)
                     : std::max(least_without_limit(step), part_rounded_up(in_space, step.millionths))) {}

void CycleAllowance::divide(int managers, std::int64_t created_by_others) {
  is_used_by_others_ = created_by_others > 0 && created_by_others >= allowed_;
  allowed_ = own_part(allowed_, managers, created_by_others);
}

}  // namespace vacuum
