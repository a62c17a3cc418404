#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "domain/fleet.hpp"
#include "domain/plan.hpp"
#include "domain/settings.hpp"
#include "reports/vacquery.hpp"

namespace vacuum {

/// How the last machine of each machinetype ended, as far as it is remembered.
using LastEnds = std::map<MachinetypeName, LastEnd>;

/// What a manager tells monitors of: of several managers one speaks for the space.
enum class SpokenFor : std::uint8_t {
  the_space,
  own_machines,
};

/// What a cycle has to tell monitors.
struct CycleNews {
  const SpaceSettings& settings;
  const Fleet& fleet;
  const Plan& plan;
  std::span<const MarkStopped> ended;  ///< machines that ended, and of which that is on record
  const LastEnds& last_ends;
  const HostHealth& health;
  ManagerName manager;
  TimePoint now{};
  SpokenFor spoken_for = SpokenFor::the_space;
};

/// The machines of a fleet that run, of one machinetype or of all. Their HS06 is what was recorded at their
/// creation, else what is configured; where neither is known for any of them, none is told (spec 9).
[[nodiscard]] RunningMachines running_machines(const Fleet& fleet, const SpaceSettings& settings,
                                               std::optional<MachinetypeIndex> machinetype);

/// The messages of a cycle: machine_status of each machine that ended; where the space is spoken for, also
/// its factory_status, and machinetype_status of each machinetype.
[[nodiscard]] std::vector<std::string> cycle_messages(const CycleNews& news);

}  // namespace vacuum
