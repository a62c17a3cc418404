#pragma once

#include <optional>
#include <unordered_map>

#include "base/time.hpp"
#include "domain/names.hpp"

namespace vacuum {

/// What a manager did to a machine and does not write down: a restart may forget it.
struct MachineMemory {
  std::optional<TimePoint> adopted;          ///< its heartbeat is waited for from then on
  bool refusal_told = false;                 ///< an event told that its deletion was refused
  std::optional<TimePoint> delete_retry_at;  ///< a refused deletion is not repeated before this
};

using MachineMemories = std::unordered_map<MachineName, MachineMemory>;

}  // namespace vacuum
