#include "control/machine_owners.hpp"

#include <algorithm>
#include <utility>

namespace vacuum {

bool MachineOwners::take_place(const Standing* standing) {
  const std::optional<IncarnationId> self =
      standing == nullptr ? std::nullopt : std::optional(standing->incarnation);
  Roster roster = standing == nullptr ? Roster() : standing->roster;
  if (self == self_ && roster == roster_) return false;
  self_ = self;
  roster_ = std::move(roster);
  std::ranges::fill(counts_, 0);
  return true;
}

MachineOwners::Number MachineOwners::number_of(const IncarnationId& manager) {
  const auto [found, is_new] = numbers_.emplace(manager, static_cast<Number>(managers_.size()));
  if (is_new) {
    managers_.push_back(manager);
    counts_.push_back(0);
  }
  return found->second;
}

std::optional<MachineOwners::Number> MachineOwners::assign(Machine& machine, std::optional<Number> first) {
  machine.managed_by = ManagedBy::us;
  if (!self_) return std::nullopt;
  const IncarnationId& owner =
      first ? roster_.owner_of(managers_[*first], machine.name) : roster_.doer_of(machine.name.text());
  if (owner != *self_) machine.managed_by = ManagedBy::others;
  const Number number = number_of(owner);
  ++counts_[number];
  return number;
}

void MachineOwners::count_no_more(std::optional<Number> owner) {
  if (owner) --counts_[*owner];
}

std::map<IncarnationId, int> MachineOwners::counts() const {
  std::map<IncarnationId, int> counts;
  for (std::size_t i = 0; i < managers_.size(); ++i) {
    if (counts_[i] > 0) counts.emplace(managers_[i], counts_[i]);
  }
  return counts;
}

}  // namespace vacuum
