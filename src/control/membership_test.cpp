#include "control/membership.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <boost/asio/detached.hpp>

#include "ports/testing/fake_clock.hpp"
#include "ports/testing/fake_log.hpp"
#include "ports/testing/memory_manager_register.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

constexpr Milliseconds kTick = part_of(Milliseconds{15000}, kRenewalPercent);

/// Managers on one register and one clock, each stepped by hand.
class MembershipTest : public testing::Test {
 protected:
  std::unique_ptr<Membership> make(const std::string& name, const std::string& state = "/var/lib/vcycle") {
    const MembershipSettings settings{.name = ManagerName{name},
                                      .version = "Vacuum 1",
                                      .host = name,
                                      .boot_id = "boot",
                                      .state_directory = state,
                                      .process = 7};
    return std::make_unique<Membership>(managers_, clock_, log_, settings, ++seed_);
  }
  std::unique_ptr<Membership> joined(const std::string& name) {
    auto manager = make(name);
    const auto done = run(loop_, manager->join({}));
    EXPECT_TRUE(done.ok()) << (done.ok() ? "" : done.error().message);
    return manager;
  }
  /// Time passes and all of these do their steps.
  template <class... Managers>
  void live(Milliseconds duration, Managers&... managers) {
    for (Milliseconds passed{0}; passed < duration; passed += kTick) {
      clock_.advance(kTick);
      (run(loop_, managers->step()), ...);
    }
  }
  static IncarnationId id(const std::unique_ptr<Membership>& manager) {
    const auto standing = manager->standing();
    return standing ? standing->incarnation : IncarnationId{};
  }
  static std::size_t seen_by(const std::unique_ptr<Membership>& manager) {
    return manager->standing()->roster.live().size();
  }
  static IncarnationId owner(const std::unique_ptr<Membership>& by, const IncarnationId& first) {
    return by->standing()->roster.owner_of(first, MachineName{"vcycle-prod-0123456789"});
  }

  boost::asio::io_context loop_;
  MemoryManagerRegister managers_;
  FakeClock clock_;
  FakeLog log_;
  std::uint64_t seed_ = 0;
};

TEST_F(MembershipTest, BeforeItHasJoinedItActsOnNothing) {
  const auto manager = make("a");
  EXPECT_FALSE(manager->is_open());
  EXPECT_EQ(manager->standing(), nullptr);
  EXPECT_NE(manager->why_none(), "");
}

TEST_F(MembershipTest, MembersSeeEachOther) {
  const auto a = joined("a");
  const auto b = joined("b");
  live(kTick, a, b);
  EXPECT_EQ(seen_by(a), 2U);
  EXPECT_EQ(a->standing()->roster.live(), b->standing()->roster.live());
  EXPECT_NE(a->standing()->does("images/s1"), b->standing()->does("images/s1"));
}

TEST_F(MembershipTest, WhoHasEndedIsNoMemberWhileItsFilesAreRemovedOneByOne) {
  const auto a = joined("a");
  auto b = joined("b");
  const IncarnationId ended = id(b);
  run(loop_, b->leave());
  live(kTick, a);
  ASSERT_TRUE(managers_.successions.contains(ended));
  // What a reader may see while another manager removes both: the lease still there, the succession gone.
  managers_.successions.erase(ended);
  live(kTick, a);
  EXPECT_EQ(seen_by(a), 1U);
  EXPECT_FALSE(managers_.successions.contains(ended)) << "it need not end again";
  managers_.leases.erase(ended);
  live(5 * kTick, a);
  EXPECT_FALSE(managers_.successions.contains(ended));
}

TEST_F(MembershipTest, ARecordOfWhoIsForgottenHasAnOwnerAgainSoon) {
  const auto a = joined("a");
  const IncarnationId forgotten{"b~0123456789"};
  a->note_owner(forgotten);
  live(Milliseconds{15000}, a);
  EXPECT_EQ(owner(a, forgotten), id(a));
}

TEST_F(MembershipTest, TheFenceClosesBeforeOthersMayTakeTheHolderForDead) {
  const auto a = joined("a");
  const auto b = joined("b");
  live(kTick, a, b);
  const IncarnationId first = id(a);
  Milliseconds closed{0};
  Milliseconds ended{0};
  for (Milliseconds passed{0}; ended == Milliseconds{0}; passed += Milliseconds{100}) {
    ASSERT_LT(passed, Seconds{20});
    clock_.advance(Milliseconds{100});
    if (closed == Milliseconds{0} && !a->is_open()) closed = passed;
    run(loop_, b->step());
    if (b->standing()->roster.has_ended(first)) ended = passed;
  }
  EXPECT_GT(closed, Milliseconds{0});
  EXPECT_GT(ended - closed, Seconds{2});
  EXPECT_LT(ended, Seconds{15});
  EXPECT_EQ(owner(b, first), id(b));
}

TEST_F(MembershipTest, ADeadOnesMachinesGoToAllThatLive) {
  const auto a = joined("a");
  const auto b = joined("b");
  const auto c = joined("c");
  live(kTick, a, b, c);
  const IncarnationId dead = id(a);
  live(Seconds{15}, b, c);
  EXPECT_EQ(managers_.successions.at(dead).heirs, b->standing()->roster.live());
  EXPECT_EQ(seen_by(b), 2U);
  EXPECT_EQ(owner(b, dead), owner(c, dead));
}

TEST_F(MembershipTest, ASleeperActsOnNothingBeforeItHasJoinedAnew) {
  const auto a = joined("a");
  const auto b = joined("b");
  const IncarnationId asleep = id(a);
  live(Seconds{60}, b);
  EXPECT_FALSE(a->is_open());
  EXPECT_EQ(a->standing(), nullptr);
  run(loop_, a->step());
  ASSERT_TRUE(a->is_open());
  EXPECT_NE(id(a), asleep);
  EXPECT_EQ(owner(a, asleep), id(b));
}

TEST_F(MembershipTest, APauseThatNobodyUsedCostsNoMachine) {
  const auto a = joined("a");
  const IncarnationId asleep = id(a);
  clock_.advance(Seconds{60});
  run(loop_, a->step());
  run(loop_, a->step());
  EXPECT_EQ(owner(a, asleep), id(a));
}

TEST_F(MembershipTest, NoNewLifeBeginsWhileSomethingActsInTheOld) {
  const auto a = joined("a");
  auto acting = a->standing();
  clock_.advance(Seconds{60});
  for (int i = 0; i < 3; ++i) run(loop_, a->step());
  EXPECT_FALSE(a->is_open());
  acting.reset();
  run(loop_, a->step());
  EXPECT_TRUE(a->is_open());
}

TEST_F(MembershipTest, ADirectoryThatTakesNoRenewalClosesTheFence) {
  const auto a = joined("a");
  managers_.fail_all(StoreError{StoreDecision::retry, "read-only file system"});
  live(Seconds{6}, a);
  EXPECT_TRUE(a->is_open());
  live(Seconds{3}, a);
  EXPECT_FALSE(a->is_open());
  EXPECT_TRUE(log_.says("read-only file system"));
  managers_.fail_all(std::nullopt);
  live(kTick * 2, a);
  EXPECT_TRUE(a->is_open());
}

TEST_F(MembershipTest, ARenewalThatWasDoneTooLateDoesNotOpenTheFenceAgain) {
  const auto a = joined("a");
  const IncarnationId before = id(a);
  clock_.advance(kTick);
  managers_.while_renewing = [this] { clock_.advance(Seconds{8}); };
  run(loop_, a->step());
  EXPECT_FALSE(a->is_open());
  managers_.while_renewing = [] {};
  run(loop_, a->step());
  EXPECT_TRUE(a->is_open());
  EXPECT_NE(id(a), before);
}

TEST_F(MembershipTest, WhoLeavesInGoodOrderIsFollowedAtOnce) {
  const auto a = joined("a");
  const auto b = joined("b");
  live(kTick, a, b);
  const IncarnationId left = id(a);
  run(loop_, a->leave());
  EXPECT_FALSE(a->is_open());
  run(loop_, b->step());
  EXPECT_EQ(owner(b, left), id(b));
  EXPECT_EQ(managers_.successions.at(left).reason, "it left");
}

TEST_F(MembershipTest, WhoStopsInTheMiddleOfACycleDoesNotSayThatItLeft) {
  const auto a = joined("a");
  const auto acting = a->standing();
  run(loop_, a->leave());
  EXPECT_EQ(managers_.leases.begin()->second.state, LeaseState::active);
}

TEST_F(MembershipTest, ARestartOnTheSameHostTakesItsMachinesBackAtOnce) {
  const IncarnationId before = id(joined("a"));
  const auto again = joined("a");
  EXPECT_EQ(owner(again, before), id(again));
}

TEST_F(MembershipTest, AnotherManagerOfTheSameNameIsRefused) {
  const auto a = joined("a");
  const auto other = make("a", "/srv/other");
  std::optional<Result<Done, JoinError>> outcome;
  const auto join = [&]() -> Async<void> { outcome.emplace(co_await other->join({})); };
  boost::asio::co_spawn(loop_, join(), boost::asio::detached);
  for (int i = 0; i < 20 && !outcome; ++i) {
    settle(loop_);
    live(kTick, a);
  }
  ASSERT_TRUE(outcome);
  ASSERT_FALSE(outcome->ok());
  EXPECT_NE(outcome->error().message.find("manager_name"), std::string::npos);
  EXPECT_TRUE(a->is_open());
}

TEST_F(MembershipTest, ManagersOfAStrangeProtocolDoNotWorkTogether) {
  managers_.leases[IncarnationId{"z~1"}] = {
      .incarnation = IncarnationId{"z~1"}, .protocol = 9, .protocol_min = 9};
  const auto done = run(loop_, make("a")->join({}));
  ASSERT_FALSE(done.ok());
  EXPECT_NE(done.error().message.find("protocol 9"), std::string::npos);
}

TEST_F(MembershipTest, MachinesOfOneThatNobodyKnowsAreTakenAfterALease) {
  const auto a = joined("a");
  const IncarnationId unknown{"lost~abcdefghij"};
  a->note_owner(unknown);
  live(Seconds{9}, a);
  EXPECT_EQ(owner(a, unknown), unknown);
  live(Seconds{5}, a);
  EXPECT_EQ(owner(a, unknown), id(a));
}

TEST_F(MembershipTest, MachinesFromBeforeThereWereLeasesAreTakenAtOnce) {
  const auto a = joined("a");
  const IncarnationId old = make_incarnation_id(ManagerName{"old"}, "");
  a->note_owner(old);
  run(loop_, a->step());
  EXPECT_EQ(owner(a, old), id(a));
}

TEST_F(MembershipTest, OfTwoThatTakeOverTheFirstWinsAndBothKnow) {
  const auto a = joined("a");
  const auto b = joined("b");
  const auto c = joined("c");
  live(kTick, a, b, c);
  const IncarnationId dead = id(c);
  live(Seconds{15}, a, b);
  EXPECT_EQ(owner(a, dead), owner(b, dead));
}

}  // namespace
}  // namespace vacuum
