#include "policy/limits.hpp"

#include <algorithm>

namespace vacuum {
namespace {

/// The quota's own count may lag behind what is listed, and the listing behind what was asked for: the higher
/// counts.
Budget quota_budget(std::string_view what, std::optional<int> limit, int said_used, std::int64_t counted) {
  return {what, limit, std::max<std::int64_t>(said_used, counted)};
}

}  // namespace

std::optional<int> processors_limit_in_force(const SpaceSettings& settings, const Quota& quota) {
  if (!settings.processors_limit) return quota.processors_limit;
  if (!quota.processors_limit) return settings.processors_limit;
  return std::min(*settings.processors_limit, *quota.processors_limit);
}

Limits::Limits(const Fleet& fleet, const SpaceSettings& settings, const Tally& tally)
    : space_{"processors", processors_limit_in_force(settings, fleet.quota),
             tally.processors + fleet.foreign.processors},
      quota_processors_(
          quota_budget("processors", fleet.quota.processors_limit, fleet.quota.processors_used, space_.used)),
      quota_memory_(quota_budget("MB of memory", fleet.quota.memory_mb_limit, fleet.quota.memory_mb_used,
                                 tally.memory_mb + fleet.foreign.memory_mb)),
      quota_machines_(quota_budget("machines", fleet.quota.machines_limit, fleet.quota.machines_used,
                                   tally.machines + fleet.foreign.machines)) {
  for (std::size_t i = 0; i < settings.machinetypes.size(); ++i) {
    const MachinetypeSettings& type = settings.machinetypes[i];
    machinetypes_.push_back(
        {{"processors", type.processors_limit, tally.machinetypes[i].processors},
         {"starting processors", type.max_starting_processors, tally.machinetypes[i].pending_processors}});
  }
}

std::optional<LimitHit> Limits::hit_by(std::size_t machinetype, const Flavor& flavor) const {
  const OfMachinetype& own = machinetypes_[machinetype];
  if (!own.processors.has_room_for(flavor.processors)) {
    return LimitHit{WaitReason::machinetype_limit, own.processors, flavor.processors};
  }
  if (!own.starting.has_room_for(flavor.processors)) {
    return LimitHit{WaitReason::starting_limit, own.starting, flavor.processors};
  }
  if (!space_.has_room_for(flavor.processors))
    return LimitHit{WaitReason::space_limit, space_, flavor.processors};
  if (!quota_processors_.has_room_for(flavor.processors)) {
    return LimitHit{WaitReason::quota, quota_processors_, flavor.processors};
  }
  if (!quota_memory_.has_room_for(flavor.memory_mb)) {
    return LimitHit{WaitReason::quota, quota_memory_, flavor.memory_mb};
  }
  if (!quota_machines_.has_room_for(1)) return LimitHit{WaitReason::quota, quota_machines_, 1};
  return std::nullopt;
}

bool fits_alone(const Fleet& fleet, const SpaceSettings& settings, const Tally& tally, const Flavor& flavor) {
  const auto fits = [](std::optional<int> limit, std::int64_t said_used, std::int64_t foreign,
                       std::int64_t ours, std::int64_t needed) {
    const std::int64_t others = std::max(foreign, said_used - ours);  // the quota may know more of them
    return !limit || others + needed <= *limit;
  };
  const Quota& quota = fleet.quota;
  const ForeignMachines& foreign = fleet.foreign;
  const auto limit = processors_limit_in_force(settings, quota);
  return fits(limit, quota.processors_used, foreign.processors, tally.processors, flavor.processors) &&
         fits(quota.memory_mb_limit, quota.memory_mb_used, foreign.memory_mb, tally.memory_mb,
              flavor.memory_mb) &&
         fits(quota.machines_limit, quota.machines_used, foreign.machines, tally.machines, 1);
}

void Limits::take(std::size_t machinetype, const Flavor& flavor) {
  for (Budget* budget : {&machinetypes_[machinetype].processors, &machinetypes_[machinetype].starting,
                         &space_, &quota_processors_}) {
    budget->used += flavor.processors;
  }
  quota_memory_.used += std::max(flavor.memory_mb, 0);
  ++quota_machines_.used;
}

void Limits::release(const Machine& machine, std::optional<std::size_t> machinetype) {
  const std::int64_t processors = processors_of(machine);
  if (machinetype) {
    machinetypes_[*machinetype].processors.used -= processors;
    if (is_pending(machine)) machinetypes_[*machinetype].starting.used -= processors;
  }
  space_.used -= processors;
  quota_processors_.used -= processors;
  quota_memory_.used -= std::max(machine.memory_mb, 0);
  --quota_machines_.used;
}

}  // namespace vacuum
