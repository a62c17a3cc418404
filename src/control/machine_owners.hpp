#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "control/standing.hpp"
#include "domain/fleet.hpp"

namespace vacuum {

/// Whose the machines of a fleet are, and how many each manager has.
class MachineOwners {
 public:
  /// A manager, by a number of its own.
  using Number = std::uint32_t;

  /// Takes this place among the managers; null: all machines are ours. Where it answers true it is another
  /// than before: nothing is counted yet, and all machines are to be assigned.
  [[nodiscard]] bool take_place(const Standing* standing);

  [[nodiscard]] Number number_of(const IncarnationId& manager);
  /// Tells a machine whose it is and counts it. `first`: what its record says; nothing: it has none.
  [[nodiscard]] std::optional<Number> assign(Machine& machine, std::optional<Number> first);
  void count_no_more(std::optional<Number> owner);
  [[nodiscard]] std::map<IncarnationId, int> counts() const;

 private:
  std::optional<IncarnationId> self_;  ///< nothing: all machines are ours
  Roster roster_;
  std::vector<IncarnationId> managers_;
  std::vector<int> counts_;  ///< beside managers_
  std::unordered_map<IncarnationId, Number> numbers_;
};

}  // namespace vacuum
