#include "policy/breaker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/testing/scene.hpp"

namespace vacuum {
namespace {

using testing::all_of;
using ::testing::HasSubstr;
using testing::Scene;

std::size_t deletions(const Plan& plan) {
  return all_of<DeleteMachine>(plan).size();
}

TEST(BreakerTest, BuildsThatFailedHaveNothingToLoseAndAreNeverHeld) {
  Scene scene;
  for (int i = 0; i < 40; ++i) scene.add(MachineState::failed).started.reset();
  EXPECT_EQ(deletions(scene.plan()), 40U);
}

TEST(BreakerTest, MoreFailuresThanTheSetPartAreHeldWithWordsOnHowToReleaseThem) {
  Scene scene;
  scene.add_many(11, MachineState::failed);
  scene.add_many(10, MachineState::running);
  const Plan plan = scene.plan();
  EXPECT_EQ(deletions(plan), 0U);
  EXPECT_EQ(plan.held_deletions.size(), 11U);
  EXPECT_EQ(plan.held_because,
            "11 of 21 machines would be deleted at once (failed: 11, failed to start: 0, heartbeat lost: 0), "
            "more than "
            "mass_deletion_percent = 50 allows: find the cause, or raise mass_deletion_percent in "
            "[space cloud.example.org] to let them go");
}

TEST(BreakerTest, TheSetPartItselfIsNotHeld) {
  Scene scene;
  scene.add_many(11, MachineState::failed);
  scene.add_many(11, MachineState::running);
  const Plan plan = scene.plan();
  EXPECT_EQ(deletions(plan), 11U);
  EXPECT_TRUE(plan.held_because.empty());
}

TEST(BreakerTest, AnOperatorsHoldSaysSinceWhenWhyAndHowToEndIt) {
  Scene scene;
  scene.add(MachineState::failed);
  scene.fleet.deletions_held = Order{scene.now, "ann", "network down"};
  const Plan plan = scene.plan();
  EXPECT_EQ(deletions(plan), 0U);
  EXPECT_EQ(
      plan.held_because,
      "deletions are held since 2027-01-15T08:00:00Z, ordered by ann: network down; 1 deletion waits for "
      "'vcycle hold-deletes cloud.example.org --off'");
  scene.fleet.deletions_held.reset();
  EXPECT_EQ(deletions(scene.plan()), 1U);
}

TEST(BreakerTest, WhatAnOperatorAskedForIsNeverTooMuch) {
  Scene scene;
  for (int i = 0; i < 40; ++i) scene.add(MachineState::running).deletion_order = Order{scene.now, "", ""};
  EXPECT_EQ(deletions(scene.plan()), 40U);
}

TEST(BreakerTest, TenAreNeverHeld) {
  Scene scene;
  scene.add_many(10, MachineState::failed);
  EXPECT_EQ(deletions(scene.plan()), 10U);
}

TEST(BreakerTest, RaisingThePercentageReleasesThem) {
  Scene scene;
  scene.add_many(40, MachineState::failed);
  EXPECT_EQ(deletions(scene.plan()), 0U);
  scene.settings.mass_deletion_percent = 100;
  EXPECT_EQ(deletions(scene.plan()), 40U);
}

TEST(BreakerTest, LostHeartbeatsAndFailedStartsAreCountedTogetherWithFailures) {
  Scene scene;
  scene.type().heartbeat = HeartbeatRule{"vm-heartbeat", Seconds{600}};
  scene.add_many(5, MachineState::failed);
  scene.add_many(5, MachineState::running);
  for (int i = 0; i < 5; ++i) scene.add(MachineState::starting).created = scene.ago(4000);
  const Plan plan = scene.plan();
  EXPECT_EQ(plan.held_deletions.size(), 15U);
  EXPECT_THAT(plan.held_because, HasSubstr("failed: 5, failed to start: 5, heartbeat lost: 5"));
}

TEST(BreakerTest, AgeAndShutdownAndWhatIsOverAreNeverHeld) {
  Scene scene;
  scene.add_many(20, MachineState::shutdown);
  for (int i = 0; i < 20; ++i) scene.add(MachineState::running).started = scene.ago(90000);
  for (int i = 0; i < 20; ++i) scene.add(MachineState::running).shutdown_time = scene.ago(1);
  EXPECT_EQ(deletions(scene.plan()), 60U);
}

TEST(BreakerTest, PlannedEndsGoOnWhileOthersAreHeld) {
  Scene scene;
  scene.add_many(12, MachineState::failed);
  scene.add_many(3, MachineState::shutdown);
  const Plan plan = scene.plan();
  EXPECT_EQ(deletions(plan), 3U);
  EXPECT_EQ(plan.held_deletions.size(), 12U);
}

TEST(BreakerTest, TheNoDeleteSwitchHoldsAll) {
  Scene scene;
  scene.settings.no_delete = true;
  scene.add(MachineState::shutdown);
  scene.add(MachineState::running).started = scene.ago(90000);
  const Plan plan = scene.plan();
  EXPECT_EQ(deletions(plan), 0U);
  EXPECT_EQ(plan.held_deletions.size(), 2U);
  EXPECT_EQ(plan.held_because,
            "no_delete is set in [space cloud.example.org]: 2 deletions wait until it is taken out");
}

TEST(BreakerTest, TheNoDeleteSwitchDoesNotHoldJudgements) {
  Scene scene;
  scene.settings.no_delete = true;
  scene.add(MachineState::shutdown);
  EXPECT_EQ(all_of<MarkStopped>(scene.plan()).size(), 1U);
}

}  // namespace
}  // namespace vacuum
