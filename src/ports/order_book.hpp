#pragma once

#include "domain/orders.hpp"
#include "ports/async.hpp"
#include "ports/machine_store.hpp"

namespace vacuum {

/// Where operators' orders stand, for all managers of a space alike. Every change is atomic.
class OrderBook {
 public:
  virtual ~OrderBook() = default;

  /// All that stand. An error where they cannot be read: then nobody knows whether deletions are held.
  virtual Async<StoreResult<Orders>> read(SpaceName space) = 0;

  /// Gives an order; one of the same key is replaced. A key that is_order_key() denies is an error.
  virtual Async<StoreResult<Done>> give(SpaceName space, OrderKey key, Order order) = 0;

  /// Takes an order back; `not_found` where none stands.
  virtual Async<StoreResult<Done>> withdraw(SpaceName space, OrderKey key) = 0;
};

}  // namespace vacuum
