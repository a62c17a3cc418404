#include "policy/backoff.hpp"

#include <gtest/gtest.h>

#include "policy/testing/scene.hpp"

namespace vacuum {
namespace {

using testing::created;
using testing::Scene;

// The scene's machinetype: backoff_seconds 600, fizzle_seconds 300.

TEST(BackoffTest, AfterAnAbortNothingIsCreatedForBackoffSeconds) {
  Scene scene;
  scene.abort(599);
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan), 0);
  EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::backing_off);
  EXPECT_EQ(plan.machinetypes[0].wait_until, scene.now + Seconds{1});
  EXPECT_EQ(plan.machinetypes[0].last_abort, scene.fleet.last_aborts[0]);
}

TEST(BackoffTest, ThenOneMachineProbes) {
  for (const int seconds_ago : {600, 899}) {
    Scene scene;
    scene.abort(seconds_ago);
    const Plan plan = scene.plan();
    EXPECT_EQ(created(plan), 1);
    EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::probing);
    EXPECT_EQ(plan.machinetypes[0].wait_until, scene.ago(seconds_ago) + Seconds{900});
  }
}

TEST(BackoffTest, AfterwardsAllIsNormalAgain) {
  Scene scene;
  scene.abort(900);
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan), 10);
  EXPECT_FALSE(plan.machinetypes[0].last_abort);
}

TEST(BackoffTest, NoSecondProbeWhileAMachineStartsOrIsNotListedYet) {
  for (const auto state : {MachineState::starting, MachineState::unlisted}) {
    Scene scene;
    scene.abort(700);
    scene.add(state);
    const Plan plan = scene.plan();
    EXPECT_EQ(created(plan), 0);
    EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::probing);
  }
}

TEST(BackoffTest, AMachineThatIsGoneAgainHoldsNoProbeAndNoStartingLimit) {
  Scene scene;
  scene.abort(700);
  scene.type().max_starting_processors = 1;
  scene.add(MachineState::unlisted).deleted = scene.ago(30);
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan), 1);
  EXPECT_EQ(plan.machinetypes[0].machines_by_state[static_cast<std::size_t>(MachineState::deleting)], 1);
}

TEST(BackoffTest, NoSecondProbeWhileARunningMachineIsYoung) {
  Scene scene;
  scene.abort(700);
  Machine& machine = scene.add(MachineState::running);
  machine.started = scene.ago(299);
  EXPECT_EQ(created(scene.plan()), 0);
  machine.started = scene.ago(300);
  EXPECT_EQ(created(scene.plan()), 1);
  machine.started.reset();
  EXPECT_EQ(created(scene.plan()), 0) << "first seen running now";
}

TEST(BackoffTest, MachinesOfOtherMachinetypesDoNotHoldTheProbe) {
  Scene scene;
  scene.add_type("test", 1);
  scene.add(MachineState::starting, 1);
  scene.abort(700, 0);
  EXPECT_EQ(created(scene.plan(), 0), 1);
}

TEST(BackoffTest, OtherMachinetypesGoOn) {
  Scene scene;
  scene.add_type("test", 1);
  scene.abort(10, 0);
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan, 0), 0);
  EXPECT_EQ(created(plan, 1), 10);
}

TEST(BackoffTest, TheProbeStaysWithinTheLimitsToo) {
  Scene scene;
  scene.abort(700);
  scene.settings.processors_limit = 1;
  scene.add(MachineState::running);
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan), 0);
  EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::space_limit);
}

TEST(BackoffTest, AnyRecordedTimeIsSurvived) {
  for (const TimePoint time : {TimePoint::min(), TimePoint::max(), from_unix(0)}) {
    Scene scene;
    scene.fleet.last_aborts[0] = LastAbort{time, {}, ""};
    EXPECT_EQ(created(scene.plan()), time == TimePoint::max() ? 0 : 10);
  }
}

TEST(BackoffTest, MissingAbortTimesAreNone) {
  Scene scene;
  scene.fleet.last_aborts.clear();
  EXPECT_EQ(created(scene.plan()), 10);
}

}  // namespace
}  // namespace vacuum
