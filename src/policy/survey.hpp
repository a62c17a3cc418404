#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/plan.hpp"
#include "policy/machine_times.hpp"
#include "policy/plan.hpp"
#include "policy/tally.hpp"

namespace vacuum {

/// A machine that is listed in a state that we have no word for is shown after this time (spec 9).
inline constexpr Seconds kUnknownForLong{3600};

/// Machines of one oddity, by number and with the first few names.
struct Oddity {
  std::size_t count = 0;
  std::array<const MachineName*, 3> first{};

  void add(const MachineName& name);
  /// "3 machines WHAT: a, b, c"
  [[nodiscard]] std::string describe(std::string_view what) const;
};

/// The one pass over the machines of a fleet: adopts, judges, accounts, finds what is to be deleted,
/// archives, announces, and adds up. Does nothing for quiet machines but count them.
class Survey {
 public:
  explicit Survey(const PlanInput& input);

  void look_at_all();

  std::vector<Action> actions;                        ///< all but deletions
  std::vector<DeleteMachine> deletions;               ///< before the breaker
  std::vector<std::optional<LastAbort>> last_aborts;  ///< those judged now included
  Tally tally;
  [[nodiscard]] std::vector<std::string> notes() const;

 private:
  void look_at(std::size_t index);
  void judge_end(std::size_t index, const MachineTimes& times, const MachinetypeSettings* type);
  void archive(std::size_t index, const MachinetypeSettings* type);
  void mark_stopped(MarkStopped stopped);
  enum class Accounting : std::uint8_t { done, waits };
  /// `done`: planned now, done before or not due.
  Accounting account(std::size_t index, std::optional<TimePoint> started, std::optional<TimePoint> stopped,
                     const MachinetypeSettings* type);
  void note_oddities(const Machine& machine);

  const PlanInput& input_;
  int accounted_ = 0;
  Oddity stuck_;
  Oddity unknown_;
};

}  // namespace vacuum
