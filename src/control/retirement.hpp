#pragma once

#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "control/standing.hpp"
#include "ports/clock.hpp"
#include "ports/fence.hpp"
#include "ports/log.hpp"
#include "ports/maker_census.hpp"
#include "ports/manager_register.hpp"

namespace vacuum {

/// How long what tells of an ended incarnation stays at least, since this process saw it first: longer than
/// a step of it that hangs in a file system can take.
inline constexpr Milliseconds kEndedKept{3'600'000};
/// How long it stays for people, since it ended.
inline constexpr Seconds kEndedShown{86'400};
/// Between two looks.
inline constexpr Milliseconds kRetirementInterval{3'600'000};

/// Keeps the register of managers small: removes the lease and the succession of incarnations that ended long
/// ago and through which no record leads to its owner any more, in any space of the directory. One manager
/// does it for all.
///
/// Records are only made by incarnations that have not ended, and keep their maker: whoever has ended and has
/// none will never have one again. Should one appear all the same, then its maker is ended anew, as anybody
/// without a lease.
class Retirement {
 public:
  Retirement(ManagerRegister& managers, MakerCensus& census, const Standings& standings, const Fence& fence,
             Clock& clock, Log& log)
      : managers_(managers),
        census_(census),
        standings_(standings),
        fence_(fence),
        clock_(clock),
        log_(log) {}

  /// Looks each interval until `stop`.
  Async<void> run(std::stop_token stop);
  /// One look: what run() repeats.
  Async<void> step();

 private:
  [[nodiscard]] bool is_ours() const;
  [[nodiscard]] std::vector<IncarnationId> ended_long_ago(const std::vector<Succession>& successions);
  Async<void> retire(std::vector<IncarnationId> candidates, std::vector<Succession> successions);
  void tell(std::string trouble);

  ManagerRegister& managers_;
  MakerCensus& census_;
  const Standings& standings_;
  const Fence& fence_;
  Clock& clock_;
  Log& log_;
  std::map<IncarnationId, Milliseconds> seen_;  ///< when a succession was seen first, monotonic
  std::string trouble_;                         ///< what the log was told
};

}  // namespace vacuum
