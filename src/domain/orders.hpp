#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "domain/names.hpp"

namespace vacuum {

/// What an operator told all managers of a space while they run. It stands until it is withdrawn.
struct Order {
  TimePoint since{};
  std::string by;      ///< who gave it; may be empty
  std::string reason;  ///< for people; may be empty

  friend bool operator==(const Order&, const Order&) = default;
};

enum class OrderKind : std::uint8_t {
  drain_space,        ///< nothing new is created in the space; what runs ends by itself
  drain_machinetype,  ///< the same for one machinetype
  hold_deletions,     ///< the cloud is asked for no deletion, as with no_delete
  delete_machine,     ///< one machine is deleted in the next cycle
};

[[nodiscard]] std::string_view to_string(OrderKind kind);
[[nodiscard]] std::optional<OrderKind> parse_order_kind(std::string_view text);

/// Which order of a space: there is at most one of each.
struct OrderKey {
  OrderKind kind = OrderKind::drain_space;
  std::string subject;  ///< the machinetype or the machine; empty for what concerns the space

  static OrderKey drain_space() { return {OrderKind::drain_space, {}}; }
  static OrderKey drain(const MachinetypeName& machinetype) {
    return {OrderKind::drain_machinetype, machinetype.text()};
  }
  static OrderKey hold_deletions() { return {OrderKind::hold_deletions, {}}; }
  static OrderKey remove(const MachineName& machine) { return {OrderKind::delete_machine, machine.text()}; }

  friend auto operator<=>(const OrderKey&, const OrderKey&) = default;
  friend bool operator==(const OrderKey&, const OrderKey&) = default;
};

/// Whether the subject is of the form that the kind asks for: names come from files and command lines.
[[nodiscard]] bool is_order_key(const OrderKey& key);

/// The standing orders of a space.
using Orders = std::map<OrderKey, Order>;

/// The order of this key, or null.
[[nodiscard]] const Order* find_order(const Orders& orders, const OrderKey& key);

/// The order that keeps new machines of this machinetype away: its own, else the space's; null for none.
[[nodiscard]] const Order* drain_of(const Orders& orders, const MachinetypeName& machinetype);

/// "since 2026-11-22T10:35:26Z, ordered by ann: new network"
[[nodiscard]] std::string describe(const Order& order);

}  // namespace vacuum
