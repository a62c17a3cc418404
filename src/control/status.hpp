#pragma once

#include <string>
#include <vector>

#include "control/fault_board.hpp"
#include "control/new_machine.hpp"
#include "control/tally.hpp"
#include "domain/fleet.hpp"
#include "domain/plan.hpp"
#include "reports/status_totals.hpp"

namespace vacuum {

/// What the status document of a space is made from.
struct StatusParts {
  const SpaceName& space;
  const ManagerIdentity& manager;
  TimePoint began{};
  Milliseconds took{0};
  Milliseconds until_next{0};
  std::string error;                  ///< of this cycle; empty for none
  std::vector<std::string> problems;  ///< of the configuration
  const Plan* plan = nullptr;         ///< nothing where the cycle did not come to one
  ForeignMachines foreign;
  Quota quota;
  std::vector<std::string> notes;       ///< beside the plan's
  std::vector<BackgroundFault> faults;  ///< of what works beside the cycles
  Tally tally;
  StatusTotals totals;
  Orders orders;  ///< that stood in this cycle
};

/// The document for the command line (see reports/status_document.hpp).
[[nodiscard]] std::string status_text(const StatusParts& parts);

}  // namespace vacuum
