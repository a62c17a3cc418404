#pragma once

#include <cstdint>
#include <optional>

#include "domain/fleet.hpp"
#include "domain/settings.hpp"
#include "policy/machine_times.hpp"

namespace vacuum {

/// Where a machinetype is after its last abort (spec 4).
enum class BackoffPhase : std::uint8_t {
  none,         ///< there is nothing to wait for
  backing_off,  ///< for backoff_seconds nothing is created
  probing,      ///< for another fizzle_seconds, one machine at a time
};

struct Backoff {
  BackoffPhase phase = BackoffPhase::none;
  TimePoint until{};  ///< end of the phase
};

[[nodiscard]] Backoff backoff_of(const MachinetypeSettings& type, const std::optional<LastAbort>& last_abort,
                                 TimePoint now);

/// Whether it has yet to show that there is work: it starts, or has run for less than fizzle_seconds.
[[nodiscard]] bool is_unproven(const Machine& machine, const MachineTimes& times, Seconds fizzle,
                               TimePoint now);

/// The later of what is known and what was just seen.
void note_abort(std::optional<LastAbort>& known, LastAbort seen);

}  // namespace vacuum
