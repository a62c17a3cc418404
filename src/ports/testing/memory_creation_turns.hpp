#pragma once

#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "ports/creation_turns.hpp"

namespace vacuum {

/// The port in memory, for tests and simulations. Its coroutines never wait.
class MemoryCreationTurns final : public CreationTurns {
 public:
  std::map<SpaceName, Turn> last_turns;
  std::function<void()> when_taken = [] {};  ///< what others did until then

  void fail_all(std::optional<StoreError> error) { fail_all_ = std::move(error); }

  Async<StoreResult<std::optional<Turn>>> last(const SpaceName& space) override {
    if (fail_all_) co_return Failure{*fail_all_};
    const auto found = last_turns.find(space);
    if (found == last_turns.end()) co_return std::optional<Turn>{};
    co_return std::optional(found->second);
  }

  Async<StoreResult<Done>> take(const SpaceName& space, std::uint64_t number, IncarnationId holder) override {
    if (fail_all_) co_return Failure{*fail_all_};
    Turn& turn = last_turns[space];
    if (number <= turn.number) co_return Failure{StoreError{StoreDecision::exists, space.text()}};
    turn = {number, std::move(holder), Turn::State::held};
    when_taken();
    co_return Done{};
  }

  Async<StoreResult<Done>> give_back(const SpaceName& space, std::uint64_t number) override {
    if (fail_all_) co_return Failure{*fail_all_};
    Turn& turn = last_turns[space];
    if (turn.number == number) turn.state = Turn::State::given_back;
    co_return Done{};
  }

 private:
  std::optional<StoreError> fail_all_;
};

}  // namespace vacuum
