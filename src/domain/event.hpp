#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "domain/names.hpp"

namespace vacuum {

/// What can happen to a machine, a machinetype or a space.
enum class EventKind : std::uint8_t {
  created,             ///< the cloud accepted a creation
  creation_refused,    ///< the cloud surely did not create it
  creation_unsure,     ///< the answer was lost
  adopted,             ///< a VM of ours without a record got one
  started,             ///< first seen running
  stopped,             ///< first seen stopped, and judged
  shutdown_announced,  ///< it was told an end
  deleted,             ///< the cloud accepted a deletion
  deletion_refused,    ///< the cloud did not; it is tried again
  gone,                ///< the cloud lists it no more: its record was archived
  accounted,           ///< its accounting record was written
  wait_changed,        ///< why a machinetype is given no more has changed
  deletions_held,      ///< deletions wait for an operator
  cycle_failed,        ///< nothing, or not all, was done in a cycle
  cycle_recovered,     ///< the first good cycle after failed ones
};

[[nodiscard]] std::string_view to_string(EventKind kind);

/// One thing that happened, with its reason. Names that do not apply are empty.
struct Event {
  TimePoint time{};
  EventKind kind = EventKind::created;
  SpaceName space;
  MachinetypeName machinetype;
  MachineName machine;
  std::string reason;  ///< a sentence for people; holds no secret
};

}  // namespace vacuum
