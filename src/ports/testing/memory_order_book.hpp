#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "ports/order_book.hpp"

namespace vacuum {

/// The port in memory, for tests. Its coroutines never wait.
class MemoryOrderBook final : public OrderBook {
 public:
  std::map<SpaceName, Orders> spaces;
  std::vector<OrderKey> withdrawn;
  std::optional<StoreError> fail;  ///< what every call answers

  Async<StoreResult<Orders>> read(SpaceName space) override {
    if (fail) co_return Failure{*fail};
    co_return spaces[space];
  }

  Async<StoreResult<Done>> give(SpaceName space, OrderKey key, Order order) override {
    if (fail) co_return Failure{*fail};
    if (!is_order_key(key)) co_return Failure{StoreError{StoreDecision::not_found, key.subject}};
    spaces[space].insert_or_assign(std::move(key), std::move(order));
    co_return Done{};
  }

  Async<StoreResult<Done>> withdraw(SpaceName space, OrderKey key) override {
    if (fail) co_return Failure{*fail};
    withdrawn.push_back(key);
    if (spaces[space].erase(key) == 0) co_return Failure{StoreError{StoreDecision::not_found, key.subject}};
    co_return Done{};
  }
};

}  // namespace vacuum
