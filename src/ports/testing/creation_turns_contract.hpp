#pragma once

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "ports/creation_turns.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {

/// What all CreationTurns must do. A test gives a Driver with: `CreationTurns& turns()`; `CreationTurns&
/// of_another_host()`, of the same spaces; `void make_space(const SpaceName&)`; `boost::asio::io_context
/// loop`.
template <class Driver>
class CreationTurnsContract : public testing::Test {
 protected:
  CreationTurnsContract() {
    driver.make_space(space);
    driver.make_space(other_space);
  }
  template <class T>
  T get(Async<T> call) {
    return run(driver.loop, std::move(call));
  }
  CreationTurns& turns() { return driver.turns(); }
  CreationTurns& others() { return driver.of_another_host(); }

  std::optional<Turn> last_seen_by(CreationTurns& turns) {
    const auto last = get(turns.last(space));
    EXPECT_TRUE(last.ok()) << last.error().message;
    return last ? *last : std::nullopt;
  }
  std::optional<StoreDecision> take(CreationTurns& turns, std::uint64_t number, const IncarnationId& holder) {
    const auto taken = get(turns.take(space, number, holder));
    return taken.ok() ? std::nullopt : std::optional(taken.error().decision);
  }

  Driver driver;
  const SpaceName space{"one.example.org"};
  const SpaceName other_space{"two.example.org"};
  const IncarnationId a{"a.example.org~aaaaaaaaaa"};
  const IncarnationId b{"b.example.org~bbbbbbbbbb"};
};

TYPED_TEST_SUITE_P(CreationTurnsContract);

TYPED_TEST_P(CreationTurnsContract, AtFirstThereWasNoTurn) {
  EXPECT_FALSE(this->last_seen_by(this->turns()).has_value());
}

TYPED_TEST_P(CreationTurnsContract, ATurnIsHeldUntilItIsGivenBackAndAllSeeIt) {
  ASSERT_FALSE(this->take(this->turns(), 1, this->a));
  EXPECT_EQ(this->last_seen_by(this->turns()), (Turn{1, this->a, Turn::State::held}));
  EXPECT_EQ(this->last_seen_by(this->others()), (Turn{1, this->a, Turn::State::held}));
  ASSERT_TRUE(this->get(this->turns().give_back(this->space, 1)).ok());
  EXPECT_EQ(this->last_seen_by(this->turns()), (Turn{1, this->a, Turn::State::given_back}));
  EXPECT_EQ(this->last_seen_by(this->others()), (Turn{1, this->a, Turn::State::given_back}));
}

TYPED_TEST_P(CreationTurnsContract, ATurnIsTakenOnce) {
  ASSERT_FALSE(this->take(this->turns(), 1, this->a));
  EXPECT_EQ(this->take(this->others(), 1, this->b), StoreDecision::exists);
  EXPECT_EQ(this->take(this->turns(), 1, this->a), StoreDecision::exists);
  EXPECT_EQ(this->last_seen_by(this->others())->holder, this->a);
}

TYPED_TEST_P(CreationTurnsContract, TheNextTurnCanBeTakenWhileOneIsHeld) {
  ASSERT_FALSE(this->take(this->turns(), 1, this->a));
  ASSERT_FALSE(this->take(this->others(), 2, this->b));
  EXPECT_EQ(this->last_seen_by(this->turns()), (Turn{2, this->b, Turn::State::held}));
  ASSERT_TRUE(this->get(this->turns().give_back(this->space, 1)).ok());
  EXPECT_EQ(this->last_seen_by(this->turns()), (Turn{2, this->b, Turn::State::held}));
}

TYPED_TEST_P(CreationTurnsContract, GivingBackTwiceIsFine) {
  ASSERT_FALSE(this->take(this->turns(), 1, this->a));
  ASSERT_TRUE(this->get(this->turns().give_back(this->space, 1)).ok());
  ASSERT_TRUE(this->get(this->turns().give_back(this->space, 1)).ok());
}

TYPED_TEST_P(CreationTurnsContract, ATurnLongPastIsNotTakenAgain) {
  for (std::uint64_t number = 1; number <= 30; ++number) {
    ASSERT_FALSE(this->take(this->turns(), number, this->a));
    ASSERT_TRUE(this->get(this->turns().give_back(this->space, number)).ok());
  }
  for (std::uint64_t number = 1; number <= 30; ++number) {
    EXPECT_EQ(this->take(this->others(), number, this->b), StoreDecision::exists) << number;
  }
  EXPECT_EQ(this->last_seen_by(this->others()), (Turn{30, this->a, Turn::State::given_back}));
  EXPECT_FALSE(this->take(this->others(), 31, this->b));
}

TYPED_TEST_P(CreationTurnsContract, SpacesHaveTurnsOfTheirOwn) {
  ASSERT_FALSE(this->take(this->turns(), 1, this->a));
  const auto last = this->get(this->turns().last(this->other_space));
  ASSERT_TRUE(last.ok());
  EXPECT_FALSE(last->has_value());
  EXPECT_TRUE(this->get(this->others().take(this->other_space, 1, this->b)).ok());
}

REGISTER_TYPED_TEST_SUITE_P(CreationTurnsContract, AtFirstThereWasNoTurn,
                            ATurnIsHeldUntilItIsGivenBackAndAllSeeIt, ATurnIsTakenOnce,
                            TheNextTurnCanBeTakenWhileOneIsHeld, GivingBackTwiceIsFine,
                            ATurnLongPastIsNotTakenAgain, SpacesHaveTurnsOfTheirOwn);

}  // namespace vacuum
