#pragma once

#include "sim/world/world.hpp"

namespace vacuum::sim {

inline const SpaceName kSmallSpace{"small.example.com"};

/// Twenty processors for two machinetypes with equal shares and endless work, in jobs of an hour and more.
inline WorldSettings small_world() {
  WorldSettings settings;
  SimulatedSpace space;
  space.configuration.usable = true;
  space.configuration.settings.name = kSmallSpace;
  space.configuration.settings.processors_limit = 20;
  for (const char* name : {"one", "two"}) {
    MachinetypeSettings type;
    type.name = MachinetypeName{name};
    type.target_share = 1;
    type.backoff = Seconds{600};
    type.fizzle = Seconds{600};
    type.flavors = {FlavorName{"small"}};
    type.root_image.location = "simulated";
    type.user_data.location = "/simulated";
    space.configuration.settings.machinetypes.push_back(type);
    space.queue_names[name] = name;
    QueueSettings queue;
    queue.name = name;
    queue.endless = true;
    queue.job_seconds = {3600, 5400};
    settings.queues.push_back(queue);
  }
  space.cloud.flavors = {{FlavorName{"small"}, "small", 1, 2048, 20}};
  settings.spaces.push_back(space);
  return settings;
}

}  // namespace vacuum::sim
