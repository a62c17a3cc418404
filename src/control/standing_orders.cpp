#include "control/standing_orders.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace vacuum {
namespace {

bool is_deletion(const Orders::value_type& entry) {
  return entry.first.kind == OrderKind::delete_machine;
}

}  // namespace

void take_orders(const Orders& orders, Fleet& fleet) {
  const auto copy = [](const Order* order) { return order ? std::optional(*order) : std::nullopt; };
  fleet.deletions_held = copy(find_order(orders, OrderKey::hold_deletions()));
  const bool has_deletions = std::ranges::any_of(orders, is_deletion);
  for (Machine& machine : fleet.machines) {
    machine.deletion_order.reset();
    if (has_deletions) machine.deletion_order = copy(find_order(orders, OrderKey::remove(machine.name)));
  }
}

void hold_drained(const Orders& orders, const SpaceSettings& settings, Holds& holds) {
  for (std::size_t i = 0; i < settings.machinetypes.size(); ++i) {
    const Order* drain = drain_of(orders, settings.machinetypes[i].name);
    if (drain != nullptr) holds.hold(i, WaitReason::draining, "draining " + describe(*drain));
  }
}

std::vector<OrderKey> carried_out(const Orders& orders, const Fleet& fleet) {
  std::vector<OrderKey> done;
  if (std::ranges::none_of(orders, is_deletion)) return done;
  std::unordered_set<std::string_view> there;
  for (const Machine& machine : fleet.machines) there.insert(machine.name.text());
  for (const auto& entry : orders) {
    if (is_deletion(entry) && !there.contains(entry.first.subject)) done.push_back(entry.first);
  }
  return done;
}

}  // namespace vacuum
