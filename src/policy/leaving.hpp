#pragma once

#include <vector>

#include "domain/plan.hpp"
#include "policy/plan.hpp"

namespace vacuum {

/// Which machines of a fleet are on their way out: their room comes free without anybody being preempted.
class LeavingMachines {
 public:
  /// `plan`: what was planned before; what it deletes is leaving, what it tells to end is not told again.
  LeavingMachines(const PlanInput& input, const Plan& plan);

  /// It is over, its deletion was asked for, or it was told an end that comes no later than a preemption now
  /// would bring it.
  [[nodiscard]] bool is_leaving(std::size_t machine) const;
  /// Whether it was told its end for others: earlier than the space ends.
  [[nodiscard]] bool was_preempted(std::size_t machine) const;
  /// Whether this plan tells it an end already.
  [[nodiscard]] bool is_told_now(std::size_t machine) const { return told_now_[machine]; }

 private:
  const PlanInput& input_;
  std::vector<bool> deleted_now_;
  std::vector<bool> told_now_;
  Seconds longest_grace_{0};
};

}  // namespace vacuum
