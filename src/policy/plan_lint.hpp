#pragma once

#include <string>
#include <vector>

#include "domain/plan.hpp"
#include "policy/plan.hpp"

namespace vacuum {

/// So many faults of one plan are told at most.
inline constexpr std::size_t kMostLintFindings = 100;

/// Compares any plan with the input that it was made from, and answers a sentence for each rule of safety
/// that it breaks; none for a sound plan. Counts on its own, so that a slip of the planning code is not
/// repeated here.
[[nodiscard]] std::vector<std::string> plan_lint(const PlanInput& input, const Plan& plan);

}  // namespace vacuum
