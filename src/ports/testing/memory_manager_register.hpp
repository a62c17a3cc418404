#pragma once

#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "ports/manager_register.hpp"

namespace vacuum {

/// The port in memory, for tests and simulations: shared by several managers, can fail for all. Its
/// coroutines never wait.
class MemoryManagerRegister final : public ManagerRegister {
 public:
  std::map<IncarnationId, Lease> leases;
  std::map<IncarnationId, Succession> successions;

  std::function<void()> while_renewing = [] {};  ///< what passes before a renewal is done

  /// All calls answer `error`, until nothing is given.
  void fail_all(std::optional<StoreError> error) { fail_all_ = std::move(error); }

  Async<StoreResult<RegisterView>> read() override {
    if (fail_all_) co_return Failure{*fail_all_};
    RegisterView view;
    for (const auto& [incarnation, lease] : leases) view.leases.push_back(lease);
    for (const auto& [incarnation, succession] : successions) view.successions.push_back(succession);
    co_return view;
  }

  Async<StoreResult<Done>> renew(Lease lease) override {
    if (fail_all_) co_return Failure{*fail_all_};
    while_renewing();
    leases.insert_or_assign(lease.incarnation, lease);
    co_return Done{};
  }

  Async<StoreResult<Done>> end(Succession succession) override {
    if (fail_all_) co_return Failure{*fail_all_};
    const auto [at, made] = successions.try_emplace(succession.ended, succession);
    if (!made) co_return Failure{StoreError{StoreDecision::exists, succession.ended.text()}};
    co_return Done{};
  }

  Async<StoreResult<Done>> retire(IncarnationId incarnation) override {
    if (fail_all_) co_return Failure{*fail_all_};
    leases.erase(incarnation);
    successions.erase(incarnation);
    co_return Done{};
  }

 private:
  std::optional<StoreError> fail_all_;
};

}  // namespace vacuum
