#pragma once

#include <optional>

#include "domain/fleet.hpp"
#include "domain/plan.hpp"
#include "domain/settings.hpp"

namespace vacuum {

/// How short a life is not accounted where the machine's fizzle_seconds are not known: it is an orphan.
inline constexpr Seconds kOrphanFizzle{600};

/// How many machines one cycle accounts: each takes a disk some moments. Those beyond it wait for the next.
inline constexpr int kAccountedPerCycle = 500;

/// The accounting record that a machine that ended is due, and does not have yet: one for each that ran for
/// fizzle_seconds or longer (spec 8). `stopped`: as recorded, or found out now. `type` is null for an orphan.
[[nodiscard]] std::optional<AccountMachine> accounting_due(std::size_t index, const Machine& machine,
                                                           std::optional<TimePoint> started,
                                                           std::optional<TimePoint> stopped,
                                                           const MachinetypeSettings* type);

/// Whether the cloud has a machine no more and its record stays for its accounting alone, which failed
/// before: it counts towards no limit then. A disk that takes no accounting records stops no work.
[[nodiscard]] bool is_kept_for_accounting(const Machine& machine, const SpaceSettings& settings,
                                          TimePoint now);

}  // namespace vacuum
