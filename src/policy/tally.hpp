#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "domain/fleet.hpp"
#include "domain/settings.hpp"
#include "policy/machine_times.hpp"

namespace vacuum {

/// What the machines of one machinetype add up to.
struct MachinetypeTally {
  std::array<int, kMachineStateCount> machines_by_state{};
  std::int64_t processors = 0;          ///< of all its machines, in any state
  std::int64_t pending_processors = 0;  ///< of those starting, or asked for and not yet listed
  double weight = 0;                    ///< spec 4: sum of HS06 or processors
  std::optional<std::size_t>
      unproven;  ///< one that starts, or has run for less than fizzle_seconds: no probe beside it
};

/// What the machines of a space add up to. Filled in one pass over the fleet.
struct Tally {
  explicit Tally(std::size_t machinetype_count) : machinetypes(machinetype_count) {}

  std::vector<MachinetypeTally> machinetypes;
  std::int64_t machines = 0;
  std::int64_t processors = 0;
  std::int64_t memory_mb = 0;
  int orphans = 0;

  /// Counts a machine, at its position in the fleet. `type` is null for an orphan.
  void add(std::size_t index, const Machine& machine, const MachineTimes& times,
           const MachinetypeSettings* type, TimePoint now);
};

/// A machine of unknown size counts as one processor.
[[nodiscard]] inline std::int64_t processors_of(const Machine& machine) {
  return machine.processors > 0 ? machine.processors : 1;
}

/// The settings of a machine's machinetype; null for an orphan.
[[nodiscard]] inline const MachinetypeSettings* machinetype_of(const Machine& machine,
                                                               const SpaceSettings& settings) {
  if (!machine.machinetype || position(*machine.machinetype) >= settings.machinetypes.size()) return nullptr;
  return &settings.machinetypes[position(*machine.machinetype)];
}

}  // namespace vacuum
