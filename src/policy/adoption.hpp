#pragma once

#include <string>

#include "domain/fleet.hpp"
#include "domain/settings.hpp"

namespace vacuum {

/// Complete listings in a row that must have missed a machine before its record is archived.
inline constexpr int kMissedListingsToArchive = 2;

/// A VM of our name without a record: a lost answer, a lost disk, or another manager's that died (spec 9).
[[nodiscard]] inline bool needs_adoption(const Machine& machine) {
  return machine.record == RecordState::absent && machine.state != MachineState::unlisted;
}
[[nodiscard]] std::string adoption_reason(const Machine& machine);

/// Whether the cloud has it no more, beyond what a short listing or a slow create can explain.
[[nodiscard]] bool is_gone(const Machine& machine, const SpaceSettings& settings, TimePoint now);
[[nodiscard]] std::string archive_reason(const Machine& machine);

}  // namespace vacuum
