#pragma once

#include <optional>
#include <span>

#include "base/random.hpp"
#include "domain/names.hpp"

namespace vacuum {

/// One of the zones at random, all equally likely (spec 2.1: one drawn per VM). Precondition: there is one.
[[nodiscard]] inline const std::optional<ZoneName>& draw_zone(std::span<const std::optional<ZoneName>> zones,
                                                              RandomStream& random) {
  return zones.size() == 1 ? zones.front() : zones[random.below(zones.size())];
}

}  // namespace vacuum
