#include "policy/adoption.hpp"

#include <fmt/format.h>

#include "policy/durations.hpp"
#include "policy/machine_times.hpp"

namespace vacuum {

std::string adoption_reason(const Machine& machine) {
  return fmt::format("the cloud lists it as {}, there is no record of it{}", to_string(machine.state),
                     machine.machinetype ? "" : "; its machinetype is not configured");
}

bool is_gone(const Machine& machine, const SpaceSettings& settings, TimePoint now) {
  if (machine.state != MachineState::unlisted || machine.record == RecordState::absent) return false;
  if (machine.missed_listings < kMissedListingsToArchive) return false;
  if (machine.inherited && elapsed(*machine.inherited, now) <= settings.create_window) return false;
  return elapsed(machine.created, now) > settings.create_window;
}

std::string archive_reason(const Machine& machine) {
  if (machine.deleted) return fmt::format("deleted; not in {} listings", machine.missed_listings);
  if (start_of_vanished(machine) || machine.stopped)
    return fmt::format("vanished: not in {} listings", machine.missed_listings);
  return fmt::format("never came up: not in {} listings", machine.missed_listings);
}

}  // namespace vacuum
