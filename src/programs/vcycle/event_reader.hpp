#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "domain/event.hpp"

namespace vacuum {

/// Which events to read.
struct EventQuery {
  std::string needle;  ///< lines without it are not looked at; empty: all are
  std::function<bool(const Event&)> wanted;
  std::optional<TimePoint> since;
};

/// So many of the wanted events are kept, the latest.
inline constexpr std::size_t kMostEvents = 100'000;

/// The wanted events of STATE/events, oldest first. Torn lines and kinds of a later version are passed over;
/// where there are no events the answer is empty.
[[nodiscard]] std::vector<Event> read_events(const std::string& state_directory, const EventQuery& query);

}  // namespace vacuum
