#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
  ramp_changed,        ///< what one cycle may create has changed (ramp = adaptive)
  deletions_held,      ///< deletions wait for an operator
  deletions_released,  ///< they wait no more
  order_given,         ///< an operator drains, holds or deletes
  order_withdrawn,     ///< or does so no more
  cycle_failed,        ///< nothing, or not all, was done in a cycle
  cycle_recovered,     ///< the first good cycle after failed ones
  events_lost,         ///< events before this one could not be written
};

inline constexpr int kEventKindCount = static_cast<int>(EventKind::events_lost) + 1;

[[nodiscard]] std::string_view to_string(EventKind kind);
[[nodiscard]] std::optional<EventKind> parse_event_kind(std::string_view text);

/// A fact of an event that programs may want apart from the sentence: "verdict" "abort".
struct EventDetail {
  std::string name;  ///< [a-z_]+
  std::string value;

  friend bool operator==(const EventDetail&, const EventDetail&) = default;
};

/// One thing that happened, with its reason. Names that do not apply are empty.
struct Event {
  TimePoint time{};
  EventKind kind = EventKind::created;
  SpaceName space;
  MachinetypeName machinetype;
  MachineName machine;
  std::string reason;  ///< a sentence for people; holds no secret
  std::vector<EventDetail> details;

  friend bool operator==(const Event&, const Event&) = default;
};

/// The value of a detail; empty where there is none.
[[nodiscard]] std::string_view detail(const Event& event, std::string_view name);

}  // namespace vacuum
