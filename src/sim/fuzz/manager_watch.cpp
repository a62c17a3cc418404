#include "sim/fuzz/manager_watch.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace vacuum::sim {
namespace {

constexpr Milliseconds kLooks{15000};
/// Beyond lease and cycle: what the looks of this watch themselves take.
constexpr Milliseconds kSlack{40000};

}  // namespace

ManagerWatch::ManagerWatch(World& world, Tell tell) : world_(world), tell_(std::move(tell)) {
  if (!world.managers_world().lease) return;
  world.directory().on_deed = [this](const SpaceName& space, const MachineName& machine,
                                     const ManagerName& by) { look_at_deed(space, machine, by); };
}

const Roster& ManagerWatch::roster() {
  const Directory& directory = world_.directory();
  if (!roster_ || roster_changes_ != directory.succession_changes) {
    std::vector<Succession> successions;
    for (const auto& [ended, succession] : directory.successions) successions.push_back(succession);
    roster_.emplace(std::vector<IncarnationId>(), std::move(successions));
    roster_changes_ = directory.succession_changes;
  }
  return *roster_;
}

void ManagerWatch::look_at_deed(const SpaceName& space, const MachineName& machine, const ManagerName& by) {
  const DirectoryEntry* entry = world_.directory().find(space, machine);
  if (entry == nullptr || entry->record.incarnation.empty()) return;
  const IncarnationId owner = roster().owner_of(entry->record.incarnation, machine);
  if (manager_of(owner) != by)
    tell_("two managers", fmt::format("{} acts on {}, which {} manages", by, machine, owner));
}

/// Whoever has not renewed its lease lately may have lost its machines to others.
void ManagerWatch::look_at_cloud_change(CloudChange change, const SpaceName& space,
                                        const MachineName& machine, const ManagerName& by) {
  const auto lease = world_.managers_world().lease;
  if (!lease) return;
  const auto& renewals = world_.directory().renewals;
  const auto renewed = renewals.find(by);
  const Moment now = world_.time().now();
  if (renewed == renewals.end() || now - renewed->second >= part_of(*lease, kFencePercent)) {
    tell_("acts without lease", fmt::format("{} asks for the {} of {}", by,
                                            change == CloudChange::creation ? "creation" : "end", machine));
  }
  if (change == CloudChange::removal) look_at_deed(space, machine, by);
}

void ManagerWatch::begin() {
  if (!world_.managers_world().lease) return;
  look_at_owners();
  world_.time().at(world_.time().now() + kLooks, [this] { begin(); });
}

void ManagerWatch::look_at_owner(const IncarnationId& owner, const MachineName& machine,
                                 bool somebody_could) {
  const Moment now = world_.time().now();
  if (live_since_.contains(owner)) {
    idle_since_.erase(owner);
    return;
  }
  const Moment since = idle_since_.try_emplace(owner, now).first->second;
  const Milliseconds most = *world_.managers_world().lease + world_.managers_world().interval + kSlack;
  if (!somebody_could || now - since <= most) return;
  tell_("no manager", fmt::format("{} belongs to {}, which cannot act for {}", machine, owner,
                                  format_duration(std::chrono::duration_cast<Seconds>(now - since))));
  idle_since_[owner] = now;  // once in a while is enough
}

void ManagerWatch::look_at_owners() {
  const Moment now = world_.time().now();
  std::set<IncarnationId> live;
  for (std::size_t i = 0; i < world_.managers(); ++i) {
    ManagerProcess* life = world_.running(i);
    const auto incarnation = life == nullptr ? std::nullopt : life->incarnation();
    if (incarnation) live.insert(*incarnation);
  }
  std::erase_if(live_since_, [&](const auto& entry) { return !live.contains(entry.first); });
  for (const IncarnationId& one : live) live_since_.try_emplace(one, now);
  const Milliseconds most = *world_.managers_world().lease + world_.managers_world().interval + kSlack;
  const bool somebody_could =
      std::ranges::any_of(live_since_, [&](const auto& entry) { return now - entry.second > most; });
  const Roster& known = roster();
  std::set<IncarnationId> seen;
  for (const auto& [space, there] : world_.directory().spaces) {
    for (const auto& [name, entry] : there.current) {
      const IncarnationId owner = known.owner_of(entry.record.incarnation, name);
      if (seen.insert(owner).second) look_at_owner(owner, name, somebody_could);
    }
  }
  std::erase_if(idle_since_, [&](const auto& entry) { return !seen.contains(entry.first); });
}

}  // namespace vacuum::sim
