#include <stdexcept>

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "ports/testing/fake_clock.hpp"
#include "ports/testing/fake_log.hpp"
#include "ports/testing/memory_machine_store.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

Async<int> answer_after(FakeClock& clock, Milliseconds delay) {
  co_await clock.sleep(delay, {});
  co_return 7;
}

TEST(FakeClockTest, SleepersWaitUntilTheTestStepsFarEnough) {
  boost::asio::io_context loop;
  FakeClock clock;
  bool woke = false;
  boost::asio::co_spawn(loop, answer_after(clock, Seconds{10}),
                        [&](std::exception_ptr, int) { woke = true; });
  settle(loop);
  EXPECT_EQ(clock.sleepers(), 1u);
  clock.advance(Seconds{9});
  settle(loop);
  EXPECT_FALSE(woke);
  EXPECT_EQ(clock.until_next_wake(), Milliseconds{1000});
  clock.advance(Seconds{1});
  settle(loop);
  EXPECT_TRUE(woke);
  EXPECT_EQ(clock.sleepers(), 0u);
}

TEST(FakeClockTest, AStopWakesASleeperAtOnce) {
  boost::asio::io_context loop;
  FakeClock clock;
  std::stop_source stop;
  bool woke = false;
  boost::asio::co_spawn(loop, clock.sleep(Seconds{10}, stop.get_token()),
                        [&](std::exception_ptr) { woke = true; });
  settle(loop);
  stop.request_stop();
  settle(loop);
  EXPECT_TRUE(woke);
}

TEST(FakeClockTest, SettingTheTimeOfDayMovesNoSleeper) {
  FakeClock clock(from_unix(1000));
  const auto before = clock.monotonic();
  clock.set_time_of_day(from_unix(500));
  EXPECT_EQ(clock.now(), from_unix(500));
  EXPECT_EQ(clock.monotonic(), before);
}

TEST(RunTest, StepsTheClockFromSleeperToSleeper) {
  boost::asio::io_context loop;
  FakeClock clock(from_unix(0));
  EXPECT_EQ(run(loop, clock, answer_after(clock, std::chrono::hours{5})), 7);
  EXPECT_EQ(clock.now(), from_unix(5 * 3600));
}

TEST(RunTest, PassesOnWhatTheCoroutineThrows) {
  boost::asio::io_context loop;
  auto thrower = []() -> Async<void> {
    throw std::runtime_error("no");
    co_return;
  };
  EXPECT_THROW(run(loop, thrower()), std::runtime_error);
}

TEST(MemoryMachineStoreTest, RecordsItsCallsAndFailsTheNextOneOnDemand) {
  boost::asio::io_context loop;
  MemoryMachineStore store;
  const SpaceName space{"vcycle.example.org"};
  store.fail_next({StoreDecision::retry, "disk on fire"}, "load");
  const auto aborts = run(loop, store.last_aborts(space, {MachinetypeName{"a"}}));
  EXPECT_TRUE(aborts.ok());
  const auto failed = run(loop, store.load(space, Freshness::remembered));
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().message, "disk on fire");
  EXPECT_TRUE(run(loop, store.load(space, Freshness::remembered)).ok());
  EXPECT_EQ(store.count_calls("load"), 2);
}

TEST(FakeLogTest, TellsWhetherALineWasWritten) {
  FakeLog log;
  log.warning("{} machines", 3);
  EXPECT_TRUE(log.says("3 machines"));
  EXPECT_EQ(log.count(LogLevel::warning), 1u);
}

}  // namespace
}  // namespace vacuum
