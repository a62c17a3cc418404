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
    case EventKind::deletions_held:
      return "deletions_held";
    case EventKind::cycle_failed:
      return "cycle_failed";
    case EventKind::cycle_recovered:
      return "cycle_recovered";
  }
  return "";
}

}  // namespace vacuum
