#include "programs/vcycle/event_reader.hpp"

#include <deque>
#include <fstream>
#include <utility>

#include "adapters/system/rotated_file.hpp"
#include "reports/event_line.hpp"

namespace vacuum {
namespace {

/// A longer one is not ours.
constexpr std::size_t kLineBytesMax = 1 << 20;

void read_file(const std::string& path, const EventQuery& query, std::deque<Event>& events) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  while (std::getline(file, line)) {
    if (line.size() > kLineBytesMax || line.find(query.needle) == std::string::npos) continue;
    auto event = read_event(line);
    if (!event || (query.since && event->time < *query.since)) continue;
    if (query.wanted && !query.wanted(*event)) continue;
    events.push_back(std::move(*event));
    if (events.size() > kMostEvents) events.pop_front();
  }
}

}  // namespace

std::vector<Event> read_events(const std::string& state_directory, const EventQuery& query) {
  std::deque<Event> events;
  for (const std::string& path : rotated_files(state_directory + "/events", "events.jsonl")) {
    read_file(path, query, events);
  }
  return {std::make_move_iterator(events.begin()), std::make_move_iterator(events.end())};
}

}  // namespace vacuum
