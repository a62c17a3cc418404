#include "control/creation_turn.hpp"

#include <fmt/format.h>

namespace vacuum {
namespace {

/// Between two looks at a turn that another manager has: not all look at once.
Milliseconds pause(RandomStream& random) {
  return Milliseconds{20 + static_cast<std::int64_t>(random.below(80))};
}

bool is_free(const std::optional<Turn>& last, const Standing& standing) {
  return !last || last->state == Turn::State::given_back || last->holder == standing.incarnation ||
         standing.roster.has_ended(last->holder);
}

}  // namespace

Async<Result<std::uint64_t, std::string>> take_turn(CreationTurns& turns, Clock& clock,
                                                    const Standing& standing, const SpaceName& space,
                                                    RandomStream& random) {
  const Milliseconds deadline = clock.monotonic() + kTurnWait;
  for (;;) {
    const auto last = co_await turns.last(space);
    if (!last) co_return Failure{last.error().message};
    if (is_free(*last, standing)) {
      const std::uint64_t number = *last ? (*last)->number + 1 : 1;
      const auto taken = co_await turns.take(space, number, standing.incarnation);
      if (taken) co_return number;
      if (taken.error().decision != StoreDecision::exists) co_return Failure{taken.error().message};
    }
    if (clock.monotonic() >= deadline) {
      co_return Failure{*last ? fmt::format("{} is planning creations", (*last)->holder)
                              : std::string("other managers are planning creations")};
    }
    co_await clock.sleep(pause(random), std::stop_token());
  }
}

}  // namespace vacuum
