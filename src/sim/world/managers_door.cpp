#include "sim/world/managers_door.hpp"

#include <utility>

namespace vacuum::sim {
namespace {

const std::string kWhere = "managers/";
using Change = std::function<StoreResult<Done>()>;

}  // namespace

Async<StoreResult<RegisterView>> ManagersDoor::read() {
  return way_.look<RegisterView>(kWhere, [this]() -> StoreResult<RegisterView> {
    RegisterView view;
    for (const auto& [incarnation, lease] : directory_.leases) view.leases.push_back(lease);
    for (const auto& [ended, succession] : directory_.successions) view.successions.push_back(succession);
    return view;
  });
}

Async<StoreResult<Done>> ManagersDoor::renew(Lease lease) {
  const Moment begun = way_.time().now();
  const ManagerName manager = manager_of(lease.incarnation);
  Change deed = [&directory = directory_, lease = std::move(lease)]() -> StoreResult<Done> {
    directory.leases.insert_or_assign(lease.incarnation, lease);
    return Done{};
  };
  const auto renewed = co_await way_.change<Done>(kWhere, std::move(deed));
  if (renewed) directory_.renewals[manager] = begun;
  co_return renewed;
}

Async<StoreResult<Done>> ManagersDoor::end(Succession succession) {
  return way_.change<Done>(
      kWhere, [&directory = directory_, succession = std::move(succession)]() -> StoreResult<Done> {
        const bool made = directory.successions.try_emplace(succession.ended, succession).second;
        if (!made) return Failure{StoreError{StoreDecision::exists, succession.ended.text()}};
        ++directory.succession_changes;
        return Done{};
      });
}

Async<StoreResult<Done>> ManagersDoor::retire(IncarnationId incarnation) {
  return way_.change<Done>(
      kWhere, [&directory = directory_, incarnation = std::move(incarnation)]() -> StoreResult<Done> {
        directory.leases.erase(incarnation);
        directory.succession_changes += directory.successions.erase(incarnation);
        return Done{};
      });
}

Async<StoreResult<std::optional<Turn>>> ManagersDoor::last(const SpaceName& space) {
  using MaybeTurn = std::optional<Turn>;
  return way_.look<MaybeTurn>("turns/", [this, space]() -> StoreResult<MaybeTurn> {
    const auto found = directory_.turns.find(space);
    return found == directory_.turns.end() ? MaybeTurn{} : MaybeTurn(found->second);
  });
}

Async<StoreResult<Done>> ManagersDoor::take(const SpaceName& space, std::uint64_t number,
                                            IncarnationId holder) {
  return way_.change<Done>(
      "turns/", [&directory = directory_, space, number, holder = std::move(holder)]() -> StoreResult<Done> {
        Turn& turn = directory.turns[space];
        if (number <= turn.number) return Failure{StoreError{StoreDecision::exists, space.text()}};
        turn = {number, holder, Turn::State::held};
        return Done{};
      });
}

Async<StoreResult<Done>> ManagersDoor::give_back(const SpaceName& space, std::uint64_t number) {
  return way_.change<Done>("turns/", [&directory = directory_, space, number]() -> StoreResult<Done> {
    Turn& turn = directory.turns[space];
    if (turn.number == number) turn.state = Turn::State::given_back;
    return Done{};
  });
}

}  // namespace vacuum::sim
