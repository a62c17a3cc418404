#include "policy/deletions.hpp"

#include <gtest/gtest.h>

#include "policy/testing/scene.hpp"

namespace vacuum {
namespace {

using testing::all_of;
using testing::deletion;
using testing::Scene;

std::optional<DeleteReason> deletion_of(const Scene& scene) {
  return deletion(scene.plan());
}

TEST(DeletionsTest, WhatIsOverIsDeletedWithoutAMessageOfOurs) {
  for (const auto& [state, reason] : {std::pair{MachineState::shutdown, DeleteReason::over},
                                      std::pair{MachineState::deleting, DeleteReason::over},
                                      std::pair{MachineState::failed, DeleteReason::failed}}) {
    Scene scene;
    scene.add(state);
    const Plan plan = scene.plan();
    EXPECT_EQ(deletion(plan), reason);
    EXPECT_FALSE(all_of<DeleteMachine>(plan).at(0).message);
  }
}

TEST(DeletionsTest, AMachineThatDoesNotStartWithinAnHourIsDeleted) {
  Scene scene;
  Machine& machine = scene.add(MachineState::starting);
  EXPECT_EQ(deletion_of(scene), std::nullopt);
  machine.created = scene.ago(3601);
  const Plan plan = scene.plan();
  EXPECT_EQ(deletion(plan), DeleteReason::start_timeout);
  EXPECT_EQ(to_string(*all_of<DeleteMachine>(plan).at(0).message), "700 Failed to start");
}

TEST(DeletionsTest, WhatAnOperatorWantsDeletedIsDeletedWithTheReasonAsItsMessage) {
  for (const auto state : {MachineState::starting, MachineState::running, MachineState::unknown}) {
    Scene scene;
    scene.add(state).deletion_order = Order{scene.ago(5), "ann", "kernel hangs"};
    const Plan plan = scene.plan();
    EXPECT_EQ(deletion(plan), DeleteReason::operator_asked);
    EXPECT_EQ(to_string(*all_of<DeleteMachine>(plan).at(0).message),
              "100 Deleted by an operator: kernel hangs");
  }
}

TEST(DeletionsTest, AMachineThatIsNotListedCannotBeDeletedByAnOperatorEither) {
  Scene scene;
  scene.add(MachineState::unlisted).deletion_order = Order{scene.ago(5), "ann", ""};
  EXPECT_EQ(deletion_of(scene), std::nullopt);
}

TEST(DeletionsTest, AnOperatorWhoAsksAgainIsObeyedWithinTheHourAndOnlyOnce) {
  Scene scene;
  Machine& machine = scene.add(MachineState::running);
  machine.deletion_order = Order{scene.ago(100), "ann", ""};
  machine.deleted = scene.ago(90);
  EXPECT_EQ(deletion_of(scene), std::nullopt);
  machine.deletion_order->since = scene.ago(10);
  EXPECT_EQ(deletion_of(scene), DeleteReason::operator_asked);
}

TEST(DeletionsTest, APowerStateThatFlickersIsNoFailureToStart) {
  Scene scene;
  Machine& machine = scene.add(MachineState::starting);
  machine.created = scene.ago(9000);
  machine.started = scene.ago(8900);
  EXPECT_EQ(deletion_of(scene), std::nullopt);
  machine.started = scene.ago(86401);
  EXPECT_EQ(deletion_of(scene), DeleteReason::max_wallclock);
}

TEST(DeletionsTest, ARunningMachineIsDeletedWhenItsWallclockIsPassed) {
  Scene scene;
  scene.type().max_wallclock = Seconds{7200};
  Machine& machine = scene.add(MachineState::running);
  machine.started = scene.ago(7200);
  EXPECT_EQ(deletion_of(scene), std::nullopt);
  machine.started = scene.ago(7201);
  const Plan plan = scene.plan();
  EXPECT_EQ(deletion(plan), DeleteReason::max_wallclock);
  EXPECT_EQ(to_string(*all_of<DeleteMachine>(plan).at(0).message), "700 Exceeded max_wallclock_seconds");
}

class HeartbeatTest : public ::testing::Test {
 protected:
  HeartbeatTest() {
    scene.type().heartbeat = HeartbeatRule{"vm-heartbeat", Seconds{600}};
    machine = &scene.add(MachineState::running);
    machine->started = scene.ago(601);
  }
  Scene scene;
  Machine* machine;
};

TEST_F(HeartbeatTest, AMissingHeartbeatEndsAMachine) {
  const Plan plan = scene.plan();
  EXPECT_EQ(deletion(plan), DeleteReason::heartbeat);
  EXPECT_EQ(to_string(*all_of<DeleteMachine>(plan).at(0).message), "700 Heartbeat file not updated");
}

TEST_F(HeartbeatTest, AnOldHeartbeatEndsAMachineAndAFreshOneKeepsIt) {
  machine->heartbeat = scene.ago(601);
  EXPECT_EQ(deletion_of(scene), DeleteReason::heartbeat);
  machine->heartbeat = scene.ago(600);
  EXPECT_EQ(deletion_of(scene), std::nullopt);
}

TEST_F(HeartbeatTest, AnAdoptedMachineHasHeartbeatSecondsToBeHeardAgain) {
  machine->adopted = scene.ago(600);
  EXPECT_EQ(deletion_of(scene), std::nullopt);
  machine->adopted = scene.ago(601);
  EXPECT_EQ(deletion_of(scene), DeleteReason::heartbeat);
}

TEST_F(HeartbeatTest, AMachineHasHeartbeatSecondsAndFizzleSecondsToBegin) {
  machine->started = scene.ago(600);
  EXPECT_EQ(deletion_of(scene), std::nullopt);
  machine->started = scene.ago(800);
  scene.type().fizzle = Seconds{800};
  EXPECT_EQ(deletion_of(scene), std::nullopt);
  scene.type().fizzle = Seconds{799};
  EXPECT_EQ(deletion_of(scene), DeleteReason::heartbeat);
}

TEST_F(HeartbeatTest, WithoutARuleNoHeartbeatIsMissed) {
  scene.type().heartbeat.reset();
  EXPECT_EQ(deletion_of(scene), std::nullopt);
}

TEST_F(HeartbeatTest, AMachineBeingAdoptedHadNowhereToWriteIt) {
  machine->record = RecordState::absent;
  EXPECT_EQ(deletion_of(scene), std::nullopt);
}

TEST_F(HeartbeatTest, OrphansHaveNoHeartbeatRule) {
  machine->machinetype.reset();
  EXPECT_EQ(deletion_of(scene), std::nullopt);
}

TEST(DeletionsTest, AMachinePastItsOwnShutdownTimeIsDeleted) {
  for (const auto state : {MachineState::running, MachineState::starting}) {
    Scene scene;
    Machine& machine = scene.add(state);
    machine.shutdown_time = scene.now;
    EXPECT_EQ(deletion_of(scene), std::nullopt);
    machine.shutdown_time = scene.ago(1);
    const Plan plan = scene.plan();
    EXPECT_EQ(deletion(plan), DeleteReason::shutdown_time);
    EXPECT_EQ(to_string(*all_of<DeleteMachine>(plan).at(0).message), "700 Passed shutdowntime");
  }
}

TEST(DeletionsTest, PastTheSpacesShutdownTimeAllAreDeleted) {
  Scene scene;
  scene.settings.shutdown_time = scene.ago(1);
  scene.add_many(30, MachineState::running);
  EXPECT_EQ(all_of<DeleteMachine>(scene.plan()).size(), 30U);
}

TEST(DeletionsTest, WhatIsNotListedOrNotKnownIsNotDeleted) {
  for (const auto state : {MachineState::unlisted, MachineState::unknown}) {
    Scene scene;
    Machine& machine = scene.add(state);
    machine.created = machine.started.emplace(scene.ago(500000));
    machine.shutdown_time = scene.ago(1000);
    EXPECT_EQ(deletion_of(scene), std::nullopt);
  }
}

TEST(DeletionsTest, OrphansAreDrainedByTheirOwnLimits) {
  Scene scene;
  Machine& machine = scene.add_orphan(MachineState::running);
  scene.type().max_wallclock = Seconds{60};
  EXPECT_EQ(deletion_of(scene), std::nullopt);
  machine.max_wallclock = Seconds{1000};
  EXPECT_EQ(deletion_of(scene), DeleteReason::max_wallclock);
  machine.max_wallclock.reset();
  machine.started = scene.ago(86401);
  EXPECT_EQ(deletion_of(scene), DeleteReason::max_wallclock);
  machine.state = MachineState::shutdown;
  EXPECT_EQ(deletion_of(scene), DeleteReason::over);
}

TEST(DeletionsTest, AnAcceptedDeletionIsRepeatedAfterAnHourWithANote) {
  Scene scene;
  Machine& machine = scene.add(MachineState::deleting);
  machine.stopped = scene.ago(4000);
  machine.deleted = scene.ago(3600);
  EXPECT_EQ(deletion_of(scene), std::nullopt);
  EXPECT_TRUE(scene.plan().notes.empty());
  machine.deleted = scene.ago(3601);
  const Plan plan = scene.plan();
  EXPECT_EQ(deletion(plan), DeleteReason::over);
  ASSERT_EQ(plan.notes.size(), 1U);
  EXPECT_EQ(plan.notes[0],
            "1 machine still listed more than an hour after the cloud accepted the deletion: " +
                machine.name.text());
}

TEST(DeletionsTest, ARefusedDeletionIsRetriedAtItsTimeAndNotAfterAnHour) {
  Scene scene;
  Machine& machine = scene.add(MachineState::shutdown);
  machine.delete_retry_at = scene.now + Seconds{1};
  EXPECT_EQ(deletion_of(scene), std::nullopt);
  machine.delete_retry_at = scene.now;
  EXPECT_EQ(deletion_of(scene), DeleteReason::over);
}

TEST(DeletionsTest, AMachineInAnUnknownStateForLongIsShown) {
  Scene scene;
  scene.add(MachineState::unknown).cloud_updated = scene.ago(3600);
  EXPECT_TRUE(scene.plan().notes.empty());
  for (int i = 0; i < 4; ++i) scene.add(MachineState::unknown).cloud_updated = scene.ago(3601);
  const Plan plan = scene.plan();
  ASSERT_EQ(plan.notes.size(), 1U);
  EXPECT_EQ(
      plan.notes[0],
      "4 machines in an unknown state for more than an hour: vcycle-prod-0000000001, vcycle-prod-0000000002, "
      "vcycle-prod-0000000003 and 1 more");
}

}  // namespace
}  // namespace vacuum
