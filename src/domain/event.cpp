#include "domain/event.hpp"

namespace vacuum {

std::string_view to_string(EventKind kind) {
  switch (kind) {
    case EventKind::created:
      return "created";
    case EventKind::creation_refused:
      return "creation_refused";
    case EventKind::creation_unsure:
      return "creation_unsure";
    case EventKind::adopted:
      return "adopted";
    case EventKind::started:
      return "started";
    case EventKind::stopped:
      return "stopped";
    case EventKind::shutdown_announced:
      return "shutdown_announced";
    case EventKind::deleted:
      return "deleted";
    case EventKind::deletion_refused:
      return "deletion_refused";
    case EventKind::gone:
      return "gone";
    case EventKind::accounted:
      return "accounted";
    case EventKind::wait_changed:
      return "wait_changed";
    case EventKind::ramp_changed:
      return "ramp_changed";
    case EventKind::deletions_held:
      return "deletions_held";
    case EventKind::deletions_released:
      return "deletions_released";
    case EventKind::order_given:
      return "order_given";
    case EventKind::order_withdrawn:
      return "order_withdrawn";
    case EventKind::cycle_failed:
      return "cycle_failed";
    case EventKind::cycle_recovered:
      return "cycle_recovered";
    case EventKind::events_lost:
      return "events_lost";
  }
  return "";
}

std::optional<EventKind> parse_event_kind(std::string_view text) {
  for (int i = 0; i < kEventKindCount; ++i) {
    if (to_string(static_cast<EventKind>(i)) == text) return static_cast<EventKind>(i);
  }
  return std::nullopt;
}

std::string_view detail(const Event& event, std::string_view name) {
  for (const EventDetail& one : event.details) {
    if (one.name == name) return one.value;
  }
  return {};
}

}  // namespace vacuum
