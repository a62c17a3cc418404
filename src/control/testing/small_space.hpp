#pragma once

#include "domain/settings.hpp"

namespace vacuum {

/// A space of four processors for machines of one machinetype, prod, made from the file /template: for tests.
inline SpaceSettings small_space() {
  SpaceSettings settings;
  settings.name = SpaceName{"space"};
  settings.processors_limit = 4;
  settings.max_created_percent = 100;
  settings.machinetypes.resize(1);
  MachinetypeSettings& type = settings.machinetypes[0];
  type.name = MachinetypeName{"prod"};
  type.target_share = 1;
  type.backoff = Seconds{600};
  type.fizzle = Seconds{600};
  type.flavors = {FlavorName{"small"}};
  type.user_data.location = "/template";
  type.root_image.location = "os";
  return settings;
}

}  // namespace vacuum
