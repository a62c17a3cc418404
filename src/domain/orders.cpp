#include "domain/orders.hpp"

#include <fmt/format.h>

namespace vacuum {

std::string_view to_string(OrderKind kind) {
  switch (kind) {
    case OrderKind::drain_space:
      return "drain_space";
    case OrderKind::drain_machinetype:
      return "drain_machinetype";
    case OrderKind::hold_deletions:
      return "hold_deletions";
    case OrderKind::delete_machine:
      return "delete_machine";
  }
  return "";
}

std::optional<OrderKind> parse_order_kind(std::string_view text) {
  for (const OrderKind kind : {OrderKind::drain_space, OrderKind::drain_machinetype,
                               OrderKind::hold_deletions, OrderKind::delete_machine}) {
    if (to_string(kind) == text) return kind;
  }
  return std::nullopt;
}

bool is_order_key(const OrderKey& key) {
  switch (key.kind) {
    case OrderKind::drain_space:
    case OrderKind::hold_deletions:
      return key.subject.empty();
    case OrderKind::drain_machinetype:
      return is_machinetype_name(key.subject);
    case OrderKind::delete_machine:
      return is_machine_name(key.subject);
  }
  return false;
}

const Order* find_order(const Orders& orders, const OrderKey& key) {
  const auto found = orders.find(key);
  return found == orders.end() ? nullptr : &found->second;
}

const Order* drain_of(const Orders& orders, const MachinetypeName& machinetype) {
  const Order* own = find_order(orders, OrderKey::drain(machinetype));
  return own != nullptr ? own : find_order(orders, OrderKey::drain_space());
}

std::string describe(const Order& order) {
  return fmt::format("since {}{}{}", format_iso8601(order.since),
                     order.by.empty() ? "" : ", ordered by " + order.by,
                     order.reason.empty() ? "" : ": " + order.reason);
}

}  // namespace vacuum
