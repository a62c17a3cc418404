#include "policy/flavor_choice.hpp"

#include <algorithm>

#include "policy/build_failures.hpp"

namespace vacuum {
namespace {

std::vector<std::optional<ZoneName>> zone_choices(std::span<const ZoneName> zones) {
  if (zones.empty()) return {std::nullopt};
  return {zones.begin(), zones.end()};
}

}  // namespace

FlavorChoice choose_flavor(const MachinetypeSettings& type, std::span<const ZoneName> zones,
                           std::span<const Flavor> offered, std::span<const BuildFailures> failures,
                           TimePoint now) {
  FlavorChoice choice{.wait = WaitReason::no_flavor};
  for (const FlavorName& name : type.flavors) {
    const auto flavor = std::ranges::find(offered, name, &Flavor::name);
    if (flavor == offered.end() || !is_in_range(flavor->processors, type)) continue;
    choice.zones = zone_choices(zones);
    std::erase_if(choice.zones, [&](const std::optional<ZoneName>& zone) {
      const BuildFailures* run = waiting_build(failures, name, zone, now);
      if (run && (!choice.failures || build_wait_end(*run) < build_wait_end(*choice.failures)))
        choice.failures = run;
      return run != nullptr;
    });
    if (!choice.zones.empty()) {
      choice.flavor = &*flavor;
      choice.wait = WaitReason::none;
      return choice;
    }
    choice.wait = WaitReason::build_failures;
  }
  return choice;
}

bool is_in_range(int processors, const MachinetypeSettings& type) {
  return processors >= 1 && processors >= type.min_processors &&
         (!type.max_processors || processors <= *type.max_processors);
}

}  // namespace vacuum
