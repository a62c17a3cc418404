#include "control/monitors.hpp"

#include <algorithm>
#include <utility>

namespace vacuum {
namespace {

std::string source_of(const HostPort& place) {
  return fmt::format("vacmon {}:{}", place.host, place.port);
}

}  // namespace

Async<int> Monitors::tell(const SpaceSettings& settings, const Fleet& fleet, const Plan& plan,
                          std::vector<MarkStopped> ended, SpokenFor spoken_for) {
  for (const MarkStopped& one : ended) {
    const Machine& machine = fleet.machines[one.machine];
    last_ends_[machine.machinetype_name] = {machine.name, one.reason, one.stopped};
  }
  if (settings.vacmons.empty()) co_return 0;
  const HostHealth health = co_await ports_.host.look();
  const CycleNews news{.settings = settings,
                       .fleet = fleet,
                       .plan = plan,
                       .ended = ended,
                       .last_ends = last_ends_,
                       .health = health,
                       .manager = manager_,
                       .now = ports_.clock.now(),
                       .spoken_for = spoken_for};
  const std::vector<std::string> messages = cycle_messages(news);
  for (const HostPort& place : settings.vacmons) {
    for (const std::string& message : messages) ports_.datagrams.send(place, message);
  }
  co_return static_cast<int>(messages.size() * settings.vacmons.size());
}

void Monitors::look_for_problems(const SpaceSettings& settings) {
  const std::set<HostPort> before = std::exchange(troubled_, {});
  for (const HostPort& place : settings.vacmons) {
    std::string problem = ports_.datagrams.problem(place);
    if (problem.empty()) continue;
    if (!before.contains(place))
      ports_.log.warning("space {}: {}: {}", settings.name, source_of(place), problem);
    ports_.faults.tell(settings.name, source_of(place), std::move(problem), ports_.clock.now());
    troubled_.insert(place);
  }
  for (const HostPort& place : before) {
    if (troubled_.contains(place)) continue;
    ports_.faults.clear(settings.name, source_of(place));
    ports_.log.info("space {}: {} is reached again, or not used any more", settings.name, source_of(place));
  }
}

}  // namespace vacuum
