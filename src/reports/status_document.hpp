#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "domain/flavor.hpp"
#include "domain/orders.hpp"
#include "domain/plan.hpp"
#include "reports/status_totals.hpp"

namespace vacuum {

/// A machinetype as of the last cycle.
struct MachinetypeStatus {
  MachinetypePlan plan;
  int created = 0;  ///< since the daemon started, as all below
  int finished_success = 0;
  int finished_abort = 0;
  int finished_no_verdict = 0;

  [[nodiscard]] int finished() const { return finished_success + finished_abort + finished_no_verdict; }
};

/// Something beside the cycles that does not work.
struct StatusFault {
  std::string source;  ///< "vacuum pipe PREFIX", "vacmon HOST:PORT"
  std::string sentence;
  TimePoint since{};
};

/// What a manager tells of a space after each cycle: a document that the command line reads.
struct StatusDocument {
  std::string space;
  std::string manager;
  std::string version;
  TimePoint cycle_began{};
  Milliseconds cycle_took{0};
  Milliseconds next_cycle_after{0};   ///< from the beginning of this one
  std::string error;                  ///< why the cycle did not do all; empty for none
  std::vector<std::string> problems;  ///< of the configuration
  std::vector<std::string> notes;     ///< what an admin should see
  std::vector<StatusFault> faults;    ///< of background work
  Orders orders;                      ///< of operators, as that cycle saw them
  bool planned = false;               ///< the cycle came to a plan; if not, what follows is empty

  int processors_in_space = 0;
  std::optional<int> processors_limit;
  Quota quota;
  int foreign_machines = 0;
  int foreign_processors = 0;
  int orphans = 0;
  int held_deletions = 0;
  std::string held_because;
  std::optional<Ramp> ramp;  ///< where it is adaptive
  std::vector<MachinetypeStatus> machinetypes;
  StatusTotals totals;
};

/// JSON text, ends with a newline.
[[nodiscard]] std::string write_status(const StatusDocument& status);

/// Unknown members are ignored, missing ones have their defaults; an error says what is wrong with the text.
[[nodiscard]] Result<StatusDocument, std::string> read_status(std::string_view text);

}  // namespace vacuum
