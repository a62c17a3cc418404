#include "policy/explanations.hpp"

#include <gtest/gtest.h>

#include "policy/testing/scene.hpp"

namespace vacuum {
namespace {

using testing::Scene;

std::string why(const Scene& scene, std::size_t type = 0) {
  return scene.plan().machinetypes.at(type).why;
}

// The scene's now is 2027-01-15T08:00:00Z.

TEST(ExplanationsTest, ABackOffSaysHowLongAndBecauseOfWhichMachine) {
  Scene scene;
  scene.abort(188);
  EXPECT_EQ(why(scene),
            "backing off 6 min 52 s more after vcycle-x-abc ended with 300 No more work at 07:56:52Z");
}

TEST(ExplanationsTest, AnAbortOfAnotherDayIsToldWithItsDay) {
  Scene scene;
  scene.type().backoff = Seconds{86400};
  scene.abort(36000);
  EXPECT_EQ(why(scene),
            "backing off 14 h more after vcycle-x-abc ended with 300 No more work at 2027-01-14T22:00:00Z");
}

TEST(ExplanationsTest, AnAbortOfWhichOnlyTheTimeIsKnownIsToldSo) {
  Scene scene;
  scene.fleet.last_aborts[0] = LastAbort{scene.ago(100), {}, ""};
  EXPECT_EQ(why(scene), "backing off 8 min 20 s more after the abort at 07:58:20Z");
}

TEST(ExplanationsTest, AFizzleIsToldInTheSamePlan) {
  Scene scene;
  scene.add(MachineState::shutdown).started = scene.ago(45);
  EXPECT_EQ(why(scene),
            "backing off 10 min more after vcycle-prod-0000000000 ended with no message after 45 s "
            "(fizzle_seconds is "
            "300) at 08:00:00Z");
}

TEST(ExplanationsTest, AHoldOfAMachinetypeIsToldInItsOwnWordsAndHoldsNoOther) {
  Scene scene;
  scene.add_type("other", 1);
  scene.holds = {MachinetypeHold{WaitReason::not_ready, "the image is being fetched: 34 % of 412 MB"}};
  const Plan plan = scene.plan();
  EXPECT_EQ(plan.machinetypes[0].why, "the image is being fetched: 34 % of 412 MB");
  EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::not_ready);
  EXPECT_EQ(testing::created(plan, 0), 0);
  EXPECT_GT(testing::created(plan, 1), 0);
}

TEST(ExplanationsTest, AProbeNamesTheMachineItWaitsFor) {
  Scene scene;
  scene.abort(700);
  EXPECT_EQ(why(scene),
            "created 1; one machine probes for work after vcycle-x-abc ended with 300 No more work at "
            "07:48:20Z; until "
            "08:03:20Z the next one waits for it to run for 5 min");
  scene.add(MachineState::starting);
  EXPECT_EQ(why(scene),
            "probing for work until 08:03:20Z after vcycle-x-abc ended with 300 No more work at 07:48:20Z: "
            "waits for "
            "vcycle-prod-0000000000 to run for 5 min");
}

TEST(ExplanationsTest, TheSpacesLimitIsToldWithWhatIsInUse) {
  Scene scene;
  scene.type().min_processors = 4;
  scene.type().max_processors = 4;
  scene.add(MachineState::running).processors = 98;
  EXPECT_EQ(why(scene), "the space's limit of 100 processors is reached (98 in use, medium needs 4)");
  scene.fleet.machines[0].processors = 90;
  EXPECT_EQ(why(scene),
            "created 2; then the space's limit of 100 processors was reached (98 in use, medium needs 4)");
}

TEST(ExplanationsTest, EachLimitIsToldByItsName) {
  Scene scene;
  scene.type().processors_limit = 3;
  EXPECT_EQ(why(scene), "created 3; then its processors_limit of 3 was reached (3 in use, small needs 1)");
  scene.type().max_starting_processors = 2;
  EXPECT_EQ(why(scene),
            "created 2; then its max_starting_processors of 2 was reached (2 in use, small needs 1)");
  scene.fleet.quota = {.memory_mb_limit = 4000};
  EXPECT_EQ(
      why(scene),
      "created 1; then the cloud's quota of 4000 MB of memory was reached (2048 in use, small needs 2048)");
  scene.fleet.quota = {.machines_limit = 0};
  EXPECT_EQ(why(scene), "the cloud's quota of 0 machines is reached (0 in use, small needs 1)");
}

TEST(ExplanationsTest, TheCyclesLimitIsTold) {
  Scene scene;
  EXPECT_EQ(why(scene),
            "created 10; then what one cycle may create was reached (10 of 10 processors, small needs 1)");
}

TEST(ExplanationsTest, FailedBuildsAreToldWithTheCloudsWords) {
  Scene scene;
  scene.type().flavors = {FlavorName{"small"}};
  scene.settings.zones = {ZoneName{"nova"}};
  scene.fleet.build_failures = {{FlavorName{"small"},
                                 ZoneName{"nova"},
                                 2,
                                 scene.ago(20),
                                 {FaultKind::no_valid_host, "No valid host was found."}}};
  EXPECT_EQ(why(scene),
            "flavor small in zone nova waits 1 min 40 s more after builds failed in 2 cycles in a row: "
            "no_valid_host "
            "fault: No valid host was found.");
}

TEST(ExplanationsTest, WhatTheConfigurationForbidsIsTold) {
  Scene scene;
  scene.creations = Creations::held;
  scene.held_because = "the configuration could not be read";
  EXPECT_EQ(why(scene), "creations are held: the configuration could not be read");
  scene.settings.shutdown_time = scene.ago(60);
  EXPECT_EQ(why(scene), "the space's shutdown_time 2027-01-15T07:59:00Z has come: none is created");
  scene.type().target_share = 0;
  EXPECT_EQ(why(scene), "its target_share is 0: none is created");
}

TEST(ExplanationsTest, HeldCreationsHoldNothingElse) {
  Scene scene;
  scene.creations = Creations::held;
  scene.add(MachineState::shutdown).stopped = scene.ago(50);
  const Plan plan = scene.plan();
  EXPECT_EQ(testing::created(plan), 0);
  EXPECT_EQ(testing::deletion(plan), DeleteReason::over);
  EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::creations_held);
}

TEST(ExplanationsTest, MachinesAreCountedByTheirStates) {
  Scene scene;
  scene.add_many(2, MachineState::running);
  scene.add_many(3, MachineState::starting);
  const auto counts = scene.plan().machinetypes[0].machines_by_state;
  EXPECT_EQ(counts[static_cast<std::size_t>(MachineState::running)], 2);
  EXPECT_EQ(counts[static_cast<std::size_t>(MachineState::starting)], 3);
  EXPECT_EQ(counts[static_cast<std::size_t>(MachineState::shutdown)], 0);
  EXPECT_EQ(scene.plan().machinetypes[0].processors, 5);
}

}  // namespace
}  // namespace vacuum
