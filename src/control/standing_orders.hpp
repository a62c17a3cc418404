#pragma once

#include <vector>

#include "control/holds.hpp"
#include "domain/fleet.hpp"
#include "domain/orders.hpp"
#include "domain/settings.hpp"

namespace vacuum {

/// Writes the orders that concern deletions into the fleet that they are about, in place of earlier ones.
void take_orders(const Orders& orders, Fleet& fleet);

/// Holds the machinetypes that are drained: "draining since …, ordered by ann: REASON".
void hold_drained(const Orders& orders, const SpaceSettings& settings, Holds& holds);

/// The orders to delete machines that are neither listed nor on record any more: they are carried out.
[[nodiscard]] std::vector<OrderKey> carried_out(const Orders& orders, const Fleet& fleet);

}  // namespace vacuum
