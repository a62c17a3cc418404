// What a simulation needs and nobody wrote down.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "sim/play/simulation_sections.hpp"

namespace vacuum::sim {
namespace {

constexpr int kMemoryOfUnknown = 2048;

/// A flavor that nobody described has what the machinetype that asks for most of it needs.
void add_missing_flavors(SimulatedSpace& space) {
  std::map<FlavorName, Flavor> made;
  for (const MachinetypeSettings& type : space.configuration.settings.machinetypes) {
    for (const FlavorName& name : type.flavors) {
      const bool known =
          std::ranges::find(space.cloud.flavors, name, &Flavor::name) != space.cloud.flavors.end();
      if (known) continue;
      Flavor& flavor =
          made.try_emplace(name, Flavor{name, name.text(), 1, kMemoryOfUnknown, 20}).first->second;
      flavor.processors = std::max(flavor.processors, type.min_processors);
      flavor.memory_mb = std::max(flavor.memory_mb, type.mb_per_processor * flavor.processors);
    }
  }
  for (auto& [name, flavor] : made) space.cloud.flavors.push_back(std::move(flavor));
}

void give_endless_work(Simulation& simulation) {
  for (SimulatedSpace& space : simulation.world.spaces) {
    for (const auto& type : space.configuration.settings.machinetypes) {
      QueueSettings queue;
      queue.name = space.configuration.settings.name.text() + "/" + type.name.text();
      queue.endless = true;
      queue.job_seconds = {3600, 4 * 3600};
      space.queue_names[type.name.text()] = queue.name;
      simulation.world.queues.push_back(std::move(queue));
    }
  }
}

void warn(std::vector<Diagnostic>& found, const SpaceName& space, std::string message, std::string remedy) {
  found.push_back(
      {Severity::warning, {}, "space " + space.text(), "", std::move(message), std::move(remedy)});
}

void look_at_queues(const SimulatedSpace& space, std::vector<Diagnostic>& found) {
  for (const auto& type : space.configuration.settings.machinetypes) {
    if (space.queue_names.contains(type.name.text())) continue;
    warn(found, space.configuration.settings.name,
         fmt::format("no queue has work for machinetype {}: its machines find none", type.name),
         "name it in the machinetypes of a [queue …]");
  }
}

void look_at_limit(const SimulatedSpace& space, std::vector<Diagnostic>& found) {
  const bool limited =
      space.configuration.settings.processors_limit || space.cloud.projects.front().quota.processors >= 0;
  if (limited) return;
  const SpaceName& name = space.configuration.settings.name;
  found.push_back({Severity::error,
                   {},
                   "space " + name.text(),
                   "",
                   "has neither processors_limit nor a quota: it would grow for ever",
                   fmt::format("give the space a processors_limit, or its cloud a quota: quota_processors in "
                               "[cloud {}] of the scenario, or of the file that --queues names",
                               name)});
}

}  // namespace

void complete_simulation(Simulation& simulation, std::vector<Diagnostic>& found) {
  if (simulation.world.queues.empty()) give_endless_work(simulation);
  if (simulation.world.spaces.empty() && !has_error(found))
    found.push_back({Severity::error, {}, "", "", "there is no space to simulate", "write a [space NAME]"});
  for (SimulatedSpace& space : simulation.world.spaces) {
    add_missing_flavors(space);
    look_at_queues(space, found);
    look_at_limit(space, found);
  }
}

}  // namespace vacuum::sim
