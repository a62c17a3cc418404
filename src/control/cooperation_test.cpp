#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/fenced_cloud.hpp"
#include "control/fenced_store.hpp"
#include "control/membership.hpp"
#include "control/space_loop.hpp"
#include "control/testing/fake_ports.hpp"
#include "ports/testing/fake_cloud.hpp"
#include "ports/testing/memory_manager_register.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

const SpaceName kSpace{"space"};
constexpr Milliseconds kTick = part_of(Milliseconds{15000}, kRenewalPercent);

/// Several managers of one space: one cloud, one directory, one clock.
class CooperationTest : public ::testing::Test, protected FakePorts {
 protected:
  struct One {
    One(CooperationTest& world, const std::string& name, std::uint64_t seed)
        : membership(world.managers, world.clock, world.log,
                     {.name = ManagerName{name}, .version = "Vacuum 1", .host = name}, seed),
          fenced(world.store, membership),
          loop(world.ports_of(membership, fenced), {ManagerName{name}, "Vacuum 1"},
               {world.settings, std::make_shared<FencedCloud>(world.cloud, membership), {}, {}}, seed) {}
    Membership membership;
    FencedStore fenced;
    SpaceLoop loop;
  };

  CooperationTest() {
    settings.name = kSpace;
    settings.https_host = "host";
    settings.processors_limit = 30;
    settings.max_created_percent = 100;
    settings.machinetypes.resize(1);
    auto& type = settings.machinetypes[0];
    type.name = MachinetypeName{"prod"};
    type.target_share = 1;
    type.backoff = Seconds{600};
    type.fizzle = Seconds{600};
    type.flavors = {FlavorName{"small"}};
    type.user_data.location = "/template";
    type.root_image.location = "os";
    files.files["/template"] = "x\n";
  }

  std::unique_ptr<One> joined(const std::string& name) {
    auto one = std::make_unique<One>(*this, name, ++seed);
    EXPECT_TRUE(run(loop, one->membership.join({})).ok());
    return one;
  }
  SpaceLoop::CycleResult cycle(One& one) { return run(loop, clock, one.loop.cycle(Milliseconds{60000})); }
  template <class... Ones>
  void live(Milliseconds duration, Ones&... ones) {
    for (Milliseconds passed{0}; passed < duration; passed += kTick) {
      clock.advance(kTick);
      (run(loop, ones.membership.step()), ...);
    }
  }
  void all_run() {
    for (auto& server : cloud->servers) server.state = MachineState::running;
  }
  std::map<MachinetypeName, LastAbort>& aborts() { return store.spaces[kSpace].last_aborts; }
  auto& records() { return store.spaces[kSpace].current; }

  boost::asio::io_context loop;
  std::shared_ptr<FakeCloud> cloud = std::make_shared<FakeCloud>();
  MemoryManagerRegister managers;
  SpaceSettings settings;
  std::uint64_t seed = 0;
};

TEST_F(CooperationTest, ManagersShareTheCreationsAndPassNoLimit) {
  const auto a = joined("a");
  const auto b = joined("b");
  live(kTick, *a, *b);
  cycle(*a);
  EXPECT_EQ(cloud->servers.size(), 15U);
  cycle(*b);
  EXPECT_EQ(cloud->servers.size(), 30U);
  cycle(*a);
  EXPECT_EQ(cloud->servers.size(), 30U);
}

TEST_F(CooperationTest, WhatOneAskedForAfterTheOtherLookedIsCountedWhenThatPlans) {
  const auto a = joined("a");
  cycle(*a);
  ASSERT_EQ(cloud->servers.size(), 30U);
  const auto b = joined("b");
  cloud->servers.clear();
  const auto asked_for = std::exchange(records(), {});
  turns.when_taken = [&] { records() = asked_for; };  // a had the turn between b's look and b's turn
  cycle(*b);
  EXPECT_TRUE(cloud->servers.empty());
  EXPECT_EQ(records().size(), 30U);
}

TEST_F(CooperationTest, ATurnThatADeadManagerHasIsTakenOverWhenItHasEnded) {
  const auto a = joined("a");
  const auto b = joined("b");
  live(kTick, *a, *b);
  turns.last_turns[kSpace] = {7, a->membership.standing()->incarnation, Turn::State::held};
  cycle(*b);
  EXPECT_TRUE(cloud->servers.empty());
  EXPECT_NE(store.spaces[kSpace].status.find("is planning creations"), std::string::npos);
  live(Seconds{15}, *b);
  cycle(*b);
  EXPECT_EQ(cloud->servers.size(), 30U);
}

TEST_F(CooperationTest, AMachineIsActedOnByItsManagerAlone) {
  const auto a = joined("a");
  cycle(*a);
  const auto b = joined("b");
  all_run();
  for (auto& server : cloud->servers) server.state = MachineState::shutdown;
  live(Seconds{10}, *a, *b);
  cycle(*b);
  EXPECT_TRUE(cloud->removed.empty());
  cycle(*a);
  EXPECT_EQ(cloud->removed.size(), 30U);
}

TEST_F(CooperationTest, TheMachinesOfADeadManagerAreManagedByTheOthersFromTheNextCycleOn) {
  const auto a = joined("a");
  cycle(*a);
  const auto b = joined("b");
  const auto c = joined("c");
  for (auto& server : cloud->servers) server.state = MachineState::shutdown;
  live(Seconds{15}, *b, *c);
  cycle(*b);
  const std::size_t by_b = cloud->removed.size();
  EXPECT_GT(by_b, 5U);
  EXPECT_LT(by_b, 25U);
  cycle(*c);
  EXPECT_EQ(cloud->removed.size(), 30U);
}

TEST_F(CooperationTest, WhatTheDeadManagerHasJudgedIsNotJudgedAgain) {
  const auto a = joined("a");
  cycle(*a);
  all_run();
  const auto b = joined("b");
  cycle(*b);  // has read the records as they are now
  for (auto& server : cloud->servers) server.state = MachineState::shutdown;
  settings.no_delete = true;
  a->loop.assign({settings, std::make_shared<FencedCloud>(cloud, a->membership), {}, {}});
  b->loop.assign({settings, std::make_shared<FencedCloud>(cloud, b->membership), {}, {}});
  clock.advance(Seconds{5});
  run(loop, a->membership.step());
  run(loop, b->membership.step());
  cycle(*a);
  const auto judged = [&] { return std::ranges::count(events.events, EventKind::stopped, &Event::kind); };
  EXPECT_EQ(judged(), 30);
  live(Seconds{15}, *b);
  cycle(*b);
  EXPECT_EQ(judged(), 30);
  for (const auto& [name, entry] : records())
    EXPECT_THAT(store.calls, testing::Contains("forget space " + name.text())) << "read before a judged it";
}

TEST_F(CooperationTest, ASleeperTouchesNothingBeforeItHasJoinedAnewAndThenOnlyItsOwn) {
  const auto a = joined("a");
  cycle(*a);
  const auto b = joined("b");
  for (auto& server : cloud->servers) server.state = MachineState::shutdown;
  live(Seconds{60}, *b);
  const auto calls = store.calls.size();
  EXPECT_EQ(cycle(*a), SpaceLoop::CycleResult::failed);
  EXPECT_TRUE(cloud->removed.empty());
  for (std::size_t i = calls; i < store.calls.size(); ++i)
    EXPECT_EQ(store.calls[i].substr(0, 14), "publish_status") << store.calls[i];
  run(loop, a->membership.step());
  EXPECT_EQ(cycle(*a), SpaceLoop::CycleResult::done);
  EXPECT_TRUE(cloud->removed.empty()) << "they are b's now";
  cycle(*b);
  EXPECT_EQ(cloud->removed.size(), 30U);
}

TEST_F(CooperationTest, AnInheritedIntentIsWaitedForFromWhenItBecameOurs) {
  const auto a = joined("a");
  cycle(*a);
  const auto b = joined("b");
  for (auto& [name, entry] : records()) {
    entry.record.server_id = ServerId{};  // the answers were not noted
    entry.record.created = clock.now() - Seconds{9000};
  }
  cloud->servers.clear();
  live(Seconds{15}, *b);
  for (int i = 0; i < 3; ++i) cycle(*b);
  EXPECT_EQ(records().size(), 30U);
  EXPECT_TRUE(cloud->servers.empty()) << "their places are not given away";
  live(Seconds{310}, *b);
  cycle(*b);
  EXPECT_EQ(store.spaces[kSpace].deleted.size(), 30U);
}

TEST_F(CooperationTest, AVmWithoutARecordIsAdoptedByOneOfThem) {
  const auto a = joined("a");
  const auto b = joined("b");
  live(kTick, *a, *b);
  settings.processors_limit = 0;
  for (const auto& one : {a.get(), b.get()})
    one->loop.assign({settings, std::make_shared<FencedCloud>(cloud, one->membership), {}, {}});
  cloud->add_server("vcycle-prod-0123456789", MachineState::running);
  cycle(*a);
  cycle(*b);
  EXPECT_EQ(records().size(), 1U);
  EXPECT_EQ(std::ranges::count(events.events, EventKind::adopted, &Event::kind), 1);
}

TEST_F(CooperationTest, AVmWhoseRecordWasMissedIsLookedForCloselyBeforeItIsAdopted) {
  const auto a = joined("a");
  cycle(*a);
  const auto b = joined("b");
  live(kTick, *a, *b);
  for (const auto& [name, entry] : records()) store.missed_by_remembered.insert(name);
  for (auto& server : cloud->servers) server.state = MachineState::shutdown;
  cycle(*b);
  EXPECT_TRUE(cloud->removed.empty()) << "they are a's";
  EXPECT_EQ(std::ranges::count(events.events, EventKind::stopped, &Event::kind), 0);
}

TEST_F(CooperationTest, WithoutItsDirectoryAManagerDoesNothingToTheCloud) {
  const auto a = joined("a");
  managers.fail_all(StoreError{StoreDecision::retry, "no space left on device"});
  live(Seconds{15}, *a);
  EXPECT_EQ(cycle(*a), SpaceLoop::CycleResult::failed);
  EXPECT_TRUE(cloud->requests.empty());
  EXPECT_NE(store.spaces[kSpace].status.find("lease"), std::string::npos);
}

/// Does something before each change of the directory.
struct MeddlingFence final : Fence {
  std::function<void()> meddle = [] {};
  [[nodiscard]] bool is_open() const override {
    meddle();
    return true;
  }
};

TEST_F(CooperationTest, TheFailedBuildsThatAnotherManagerFoundInTheSameCycleAreKept) {
  MeddlingFence fence;
  FencedStore meddled(store, fence);
  SpaceLoop mine(ports_of(standings, meddled), {ManagerName{"me"}, "Vacuum 1"}, {settings, cloud, {}, {}}, 1);
  run(loop, clock, mine.cycle(Milliseconds{60000}));
  for (auto& server : cloud->servers) {
    server.state = MachineState::failed;
    server.fault = Fault{FaultKind::no_valid_host, "No valid host was found."};
  }
  clock.advance(Seconds{10});
  const BuildFailures theirs{FlavorName{"large"}, std::nullopt, 3, clock.now(), {FaultKind::other, "theirs"}};
  fence.meddle = [&] { store.spaces[kSpace].build_failures = {theirs}; };
  run(loop, clock, mine.cycle(Milliseconds{60000}));
  fence.meddle = [] {};
  ASSERT_FALSE(store.spaces[kSpace].build_failures.empty());
  const auto& kept = store.spaces[kSpace].build_failures;
  EXPECT_THAT(kept, testing::Contains(theirs));
  EXPECT_EQ(kept.size(), 2U) << "its own are added";
}

}  // namespace
}  // namespace vacuum
