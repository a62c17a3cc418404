#include "policy/machine_times.hpp"

#include <gtest/gtest.h>

#include "policy/durations.hpp"
#include "policy/testing/scene.hpp"

namespace vacuum {
namespace {

using testing::all_of;
using testing::Scene;

TEST(MachineTimesTest, AStartIsMarkedWhenAMachineIsFirstSeenRunning) {
  Scene scene;
  scene.add(MachineState::running).started.reset();
  const auto marks = all_of<MarkStarted>(scene.plan());
  ASSERT_EQ(marks.size(), 1U);
  EXPECT_EQ(marks[0].started, scene.now);
}

TEST(MachineTimesTest, TheCloudsWordOnTheStartIsBelievedBetweenCreationAndNow) {
  Scene scene;
  Machine& machine = scene.add(MachineState::running);
  machine.started.reset();
  machine.cloud_started = scene.ago(1000);
  EXPECT_EQ(machine_times(machine, scene.now).started, scene.ago(1000));
  machine.cloud_started = scene.ago(99999);
  EXPECT_EQ(machine_times(machine, scene.now).started, machine.created);
  machine.cloud_started = scene.now + Seconds{50};
  EXPECT_EQ(machine_times(machine, scene.now).started, scene.now);
}

TEST(MachineTimesTest, AStartThatIsRecordedIsNeverMarkedAgain) {
  Scene scene;
  scene.add(MachineState::running).cloud_started = scene.ago(10);
  const Plan plan = scene.plan();
  EXPECT_TRUE(all_of<MarkStarted>(plan).empty());
}

TEST(MachineTimesTest, AMachineFirstSeenStoppedGetsItsStartFromTheCloud) {
  Scene scene;
  Machine& machine = scene.add(MachineState::shutdown);
  machine.started.reset();
  machine.cloud_started = scene.ago(2000);
  machine.cloud_updated = scene.ago(100);
  const Plan plan = scene.plan();
  ASSERT_EQ(all_of<MarkStarted>(plan).size(), 1U);
  EXPECT_EQ(all_of<MarkStarted>(plan)[0].started, scene.ago(2000));
  EXPECT_EQ(all_of<MarkStopped>(plan)[0].stopped, scene.ago(100));
}

TEST(MachineTimesTest, AStartingMachineHasNotStartedWhateverTheCloudSays) {
  Scene scene;
  scene.add(MachineState::starting).cloud_started = scene.ago(5);
  EXPECT_TRUE(all_of<MarkStarted>(scene.plan()).empty());
}

TEST(MachineTimesTest, AStopLiesBetweenTheStartAndNow) {
  Scene scene;
  Machine& machine = scene.add(MachineState::shutdown);
  machine.cloud_updated = scene.ago(99999);
  EXPECT_EQ(machine_times(machine, scene.now).stopped, machine.started);
  machine.cloud_updated = scene.now + Seconds{9};
  EXPECT_EQ(machine_times(machine, scene.now).stopped, scene.now);
  machine.cloud_updated.reset();
  EXPECT_EQ(machine_times(machine, scene.now).stopped, scene.now);
  machine.stopped = scene.ago(77);
  EXPECT_EQ(machine_times(machine, scene.now).stopped, scene.ago(77));
}

TEST(MachineTimesTest, HowLongAMachineRanIsToldByTheCloudsClockAlone) {
  Scene scene;
  Machine& machine = scene.add(MachineState::shutdown);
  machine.started = scene.now + Seconds{600};  // by a manager whose clock is right, and ours is behind
  machine.cloud_started = *machine.started;
  machine.cloud_updated = *machine.started + Seconds{1200};
  EXPECT_EQ(machine_times(machine, scene.now).stopped, *machine.started + Seconds{1200});
  machine.started = scene.ago(900);  // and where the cloud's clock is ahead
  EXPECT_EQ(machine_times(machine, scene.now + Seconds{900}).stopped, scene.now + Seconds{300});
}

TEST(MachineTimesTest, ACloudThatTellsALongerLifeThanThereCanBeIsNotBelieved) {
  Scene scene;
  Machine& machine = scene.add(MachineState::shutdown);
  machine.max_wallclock = Seconds{3600};
  machine.started = scene.ago(900);
  machine.cloud_started = scene.ago(900);
  machine.cloud_updated = scene.now + Seconds{9'999'999};
  EXPECT_EQ(machine_times(machine, scene.now).stopped, scene.now + Seconds{2700});
}

TEST(MachineTimesTest, ARunningMachineHasNoStop) {
  Scene scene;
  EXPECT_FALSE(machine_times(scene.add(MachineState::running), scene.now).stopped);
}

TEST(MachineTimesTest, AHeartbeatOrAMessageShowsThatAVanishedMachineRan) {
  Scene scene;
  Machine& machine = scene.add(MachineState::unlisted);
  machine.started.reset();
  EXPECT_FALSE(start_of_vanished(machine));
  machine.heartbeat = scene.ago(50);
  EXPECT_EQ(start_of_vanished(machine), machine.created);
  machine.heartbeat.reset();
  machine.shutdown_message = ShutdownMessage{200, "Success"};
  EXPECT_EQ(start_of_vanished(machine), machine.created);
  machine.started = scene.ago(70);
  EXPECT_EQ(start_of_vanished(machine), scene.ago(70));
}

TEST(MachineTimesTest, AVanishedMachineEndedWhenTheBestWitnessSays) {
  Scene scene;
  Machine& machine = scene.add(MachineState::unlisted);
  const MachinetypeSettings* type = &scene.type();
  EXPECT_EQ(time_of_vanishing(machine, type, scene.now), scene.now);
  machine.missing_since = scene.ago(60);
  EXPECT_EQ(time_of_vanishing(machine, type, scene.now), scene.ago(60));
  machine.started = scene.ago(1000);
  machine.heartbeat = scene.ago(300);
  EXPECT_EQ(time_of_vanishing(machine, type, scene.now), scene.ago(300));
  machine.deleted = scene.ago(120);
  EXPECT_EQ(time_of_vanishing(machine, type, scene.now), scene.ago(120));
}

TEST(MachineTimesTest, AClockThatIsBehindDoesNotCutTheLifeOfAVanishedMachine) {
  Scene scene;
  Machine& machine = scene.add(MachineState::unlisted);
  machine.started = scene.now + Seconds{600};
  machine.heartbeat = scene.now + Seconds{1800};
  EXPECT_EQ(time_of_vanishing(machine, &scene.type(), scene.now), *machine.heartbeat);
  machine.deleted = scene.now + Seconds{1900};
  EXPECT_EQ(time_of_vanishing(machine, &scene.type(), scene.now), *machine.deleted);
  machine.deleted = scene.ago(100);  // noted by a manager whose clock was behind, too
  EXPECT_EQ(time_of_vanishing(machine, &scene.type(), scene.now), *machine.heartbeat);
}

TEST(MachineTimesTest, WhereNoWitnessTellsALaterTimeAVanishedMachineEndedByNow) {
  Scene scene;
  Machine& machine = scene.add(MachineState::unlisted);
  machine.created = scene.now + Seconds{500};
  machine.started.reset();
  machine.missing_since = scene.now + Seconds{300};
  EXPECT_EQ(time_of_vanishing(machine, &scene.type(), scene.now), scene.now);
}

TEST(MachineTimesTest, AVanishedMachineEndedNoLaterThanItMightRun) {
  Scene scene;
  scene.type().max_wallclock = Seconds{3600};
  Machine& machine = scene.add(MachineState::unlisted);
  machine.started = scene.ago(90000);
  EXPECT_EQ(time_of_vanishing(machine, &scene.type(), scene.now), scene.ago(90000 - 3600));
  machine.max_wallclock = Seconds{7200};
  EXPECT_EQ(time_of_vanishing(machine, nullptr, scene.now), scene.ago(90000 - 7200));
}

TEST(DurationsTest, SumsAndDifferencesStopAtTheEndsOfTheRange) {
  EXPECT_EQ(later(TimePoint::max(), Seconds{1}), TimePoint::max());
  EXPECT_EQ(later(TimePoint::min(), Seconds{-1}), TimePoint::min());
  EXPECT_EQ(later(from_unix(5), Seconds{3}), from_unix(8));
  EXPECT_EQ(elapsed(TimePoint::min(), from_unix(5)), Seconds::max());
  EXPECT_EQ(elapsed(TimePoint::max(), from_unix(-5)), Seconds::min());
  EXPECT_EQ(elapsed(from_unix(5), from_unix(3)), Seconds{-2});
}

}  // namespace
}  // namespace vacuum
