#include "sim/world/managers_door.hpp"

#include <utility>

namespace vacuum::sim {
namespace {

StoreError trouble(std::string what) {
  return {StoreDecision::retry, "managers/: " + std::move(what) + " (simulated)"};
}

}  // namespace

Async<void> ManagersDoor::step() {
  if (process_.ends_here()) co_await process_.never_again();
}

ManagersDoor::Problem ManagersDoor::problem_of_reading() const {
  if (cut_off_) return trouble("Connection timed out");
  if (directory_.read_problem) return trouble(*directory_.read_problem);
  return std::nullopt;
}

ManagersDoor::Problem ManagersDoor::problem_of_writing() const {
  if (const Problem bad = problem_of_reading()) return bad;
  if (directory_.write_problem) return trouble(*directory_.write_problem);
  return std::nullopt;
}

Async<StoreResult<RegisterView>> ManagersDoor::read() {
  co_await step();
  if (const Problem bad = problem_of_reading()) co_return Failure{*bad};
  RegisterView view;
  for (const auto& [incarnation, lease] : directory_.leases) view.leases.push_back(lease);
  for (const auto& [incarnation, succession] : directory_.successions) view.successions.push_back(succession);
  co_return view;
}

Async<StoreResult<Done>> ManagersDoor::renew(Lease lease) {
  co_await step();
  if (const Problem bad = problem_of_writing()) co_return Failure{*bad};
  directory_.leases.insert_or_assign(lease.incarnation, lease);
  co_await step();
  co_return Done{};
}

Async<StoreResult<Done>> ManagersDoor::end(Succession succession) {
  co_await step();
  if (const Problem bad = problem_of_writing()) co_return Failure{*bad};
  const auto [at, made] = directory_.successions.try_emplace(succession.ended, succession);
  const std::string ended = at->first.text();
  if (!made) co_return Failure{StoreError{StoreDecision::exists, ended}};
  co_await step();
  co_return Done{};
}

Async<StoreResult<Done>> ManagersDoor::retire(IncarnationId incarnation) {
  co_await step();
  if (const Problem bad = problem_of_writing()) co_return Failure{*bad};
  directory_.leases.erase(incarnation);
  directory_.successions.erase(incarnation);
  co_return Done{};
}

Async<StoreResult<std::optional<Turn>>> ManagersDoor::last(const SpaceName& space) {
  const SpaceName name = space;
  co_await step();
  if (const Problem bad = problem_of_reading()) co_return Failure{*bad};
  const auto found = directory_.turns.find(name);
  if (found == directory_.turns.end()) co_return std::optional<Turn>{};
  co_return std::optional(found->second);
}

Async<StoreResult<Done>> ManagersDoor::take(const SpaceName& space, std::uint64_t number,
                                            IncarnationId holder) {
  const SpaceName name = space;
  co_await step();
  if (const Problem bad = problem_of_writing()) co_return Failure{*bad};
  Turn& turn = directory_.turns[name];
  if (number <= turn.number) co_return Failure{StoreError{StoreDecision::exists, name.text()}};
  turn = {number, std::move(holder), Turn::State::held};
  co_await step();
  co_return Done{};
}

Async<StoreResult<Done>> ManagersDoor::give_back(const SpaceName& space, std::uint64_t number) {
  const SpaceName name = space;
  co_await step();
  if (const Problem bad = problem_of_writing()) co_return Failure{*bad};
  Turn& turn = directory_.turns[name];
  if (turn.number == number) turn.state = Turn::State::given_back;
  co_return Done{};
}

}  // namespace vacuum::sim
