#pragma once

#include <optional>

#include "domain/fleet.hpp"
#include "domain/settings.hpp"

namespace vacuum {

/// The space's shutdown_time where this machine lives and was told of none, or of a later one. Nothing once
/// the time has come: then machines are deleted.
[[nodiscard]] inline std::optional<TimePoint> shutdown_to_announce(const Machine& machine,
                                                                   const SpaceSettings& settings,
                                                                   TimePoint now) {
  if (!settings.shutdown_time || now >= *settings.shutdown_time || machine.deleted) return std::nullopt;
  if (machine.state != MachineState::starting && machine.state != MachineState::running) return std::nullopt;
  if (machine.shutdown_time && *machine.shutdown_time <= *settings.shutdown_time) return std::nullopt;
  return settings.shutdown_time;
}

}  // namespace vacuum
