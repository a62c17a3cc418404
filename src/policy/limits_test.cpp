#include "policy/limits.hpp"

#include <gtest/gtest.h>

#include "policy/testing/scene.hpp"

namespace vacuum {
namespace {

using testing::all_of;
using testing::created;
using testing::Scene;

/// A scene where one cycle may fill the whole space.
Scene open_scene(std::optional<int> limit) {
  Scene scene;
  scene.settings.processors_limit = limit;
  scene.settings.max_created_percent = 100;
  return scene;
}

TEST(LimitsTest, TheSpaceIsFilledToItsLimitAndNotPassed) {
  Scene scene = open_scene(20);
  scene.add_many(15, MachineState::running);
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan), 5);
  EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::space_limit);
  EXPECT_EQ(plan.processors_in_space, 15);
  EXPECT_EQ(plan.processors_limit, 20);
}

TEST(LimitsTest, AFlavorOfFourProcessorsDoesNotPassALimitOfTen) {
  Scene scene = open_scene(10);
  scene.type().min_processors = 4;
  EXPECT_EQ(created(scene.plan()), 2);
}

TEST(LimitsTest, MachinesInAnyStateAndOthersMachinesCount) {
  for (int state = 0; state < kMachineStateCount; ++state) {
    Scene scene = open_scene(10);
    scene.add(static_cast<MachineState>(state)).processors = 6;
    scene.fleet.foreign = {1, 3, 1000};
    EXPECT_EQ(created(scene.plan()), 1) << state;
  }
}

TEST(LimitsTest, AMachineOfUnknownSizeCountsAsOneProcessor) {
  Scene scene = open_scene(2);
  scene.add(MachineState::running).processors = 0;
  scene.add(MachineState::running).processors = -5;
  EXPECT_EQ(created(scene.plan()), 0);
}

TEST(LimitsTest, WhatThePlanDeletesStillCounts) {
  Scene scene = open_scene(5);
  scene.add_many(5, MachineState::shutdown);
  const Plan plan = scene.plan();
  EXPECT_EQ(all_of<DeleteMachine>(plan).size(), 5U);
  EXPECT_EQ(created(plan), 0);
}

TEST(LimitsTest, TheLowerOfTheConfiguredLimitAndTheQuotaIsInForce) {
  EXPECT_EQ(processors_limit_in_force({}, {}), std::nullopt);
  EXPECT_EQ(processors_limit_in_force({.processors_limit = 5}, {}), 5);
  EXPECT_EQ(processors_limit_in_force({}, {.processors_limit = 7}), 7);
  EXPECT_EQ(processors_limit_in_force({.processors_limit = 5}, {.processors_limit = 7}), 5);
  EXPECT_EQ(processors_limit_in_force({.processors_limit = 9}, {.processors_limit = 7}), 7);
}

TEST(LimitsTest, ASpaceWithNoLimitAndNoQuotaIsLegalAndGrowsByTenAtLeast) {
  Scene scene = open_scene(std::nullopt);
  scene.settings.max_created_percent = 10;
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan), 10);
  EXPECT_EQ(plan.processors_limit, std::nullopt);
  EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::cycle_limit);
  scene.add_many(201, MachineState::running);
  EXPECT_EQ(created(scene.plan()), 21);
}

TEST(LimitsTest, AMachinetypeKeepsItsOwnLimitInAnyState) {
  Scene scene = open_scene(100);
  scene.type().processors_limit = 4;
  scene.add(MachineState::shutdown);
  scene.add(MachineState::unknown);
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan), 2);
  EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::machinetype_limit);
}

TEST(LimitsTest, StartingAndUnlistedMachinesCountAsStarting) {
  Scene scene = open_scene(100);
  scene.type().max_starting_processors = 6;
  scene.add(MachineState::starting).processors = 2;
  scene.add(MachineState::unlisted).processors = 2;
  scene.add(MachineState::running).processors = 50;
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan), 2);
  EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::starting_limit);
}

TEST(LimitsTest, EachQuotaStopsCreations) {
  const auto created_under = [](Quota quota) {
    Scene scene = open_scene(50);
    scene.fleet.quota = quota;
    const Plan plan = scene.plan();
    EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::quota);
    return created(plan);
  };
  EXPECT_EQ(created_under({.processors_limit = 20, .processors_used = 17}), 3);
  EXPECT_EQ(created_under({.memory_mb_limit = 2048 * 6, .memory_mb_used = 2048}), 5);
  EXPECT_EQ(created_under({.machines_limit = 9, .machines_used = 2}), 7);
}

TEST(LimitsTest, QuotaInUseIsTheHigherOfItsWordAndOurCountAndInFlightCountsOnce) {
  Scene scene = open_scene(50);
  scene.fleet.quota = {.processors_limit = 20, .processors_used = 4};
  scene.add_many(4, MachineState::running);
  scene.add_many(3, MachineState::unlisted);
  scene.fleet.foreign = {2, 2, 0};
  EXPECT_EQ(created(scene.plan()), 20 - 9);
  scene.fleet.quota.processors_used = 12;
  EXPECT_EQ(created(scene.plan()), 20 - 12);
}

TEST(LimitsTest, QuotaOfMemoryAndMachinesCountsInFlightToo) {
  Scene scene = open_scene(50);
  scene.add_many(3, MachineState::unlisted);
  scene.fleet.foreign = {1, 1, 2048};
  scene.fleet.quota = {.machines_limit = 6};
  EXPECT_EQ(created(scene.plan()), 2);
  scene.fleet.quota = {.memory_mb_limit = 2048 * 5};
  EXPECT_EQ(created(scene.plan()), 1);
}

TEST(LimitsTest, QuotaLimitsCreationsNeverDeletions) {
  Scene scene = open_scene(50);
  scene.fleet.quota = {.processors_limit = 1, .machines_limit = 1, .processors_used = 9, .machines_used = 9};
  scene.add(MachineState::shutdown);
  scene.add(MachineState::running);
  const Plan plan = scene.plan();
  EXPECT_EQ(all_of<DeleteMachine>(plan).size(), 1U);
  EXPECT_EQ(created(plan), 0);
}

TEST(LimitsTest, WhereALargeFlavorDoesNotFitTheOthersGoOn) {
  Scene scene = open_scene(10);
  scene.type().min_processors = 8;
  scene.add_type("test", 0.1);
  scene.add_many(3, MachineState::running, 1);
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan, 0), 0);
  EXPECT_EQ(created(plan, 1), 7);
  EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::space_limit);
}

TEST(LimitsTest, OrphansCountInTheSpaceAndForNoMachinetype) {
  Scene scene = open_scene(10);
  scene.type().processors_limit = 5;
  scene.add_orphan(MachineState::running).processors = 7;
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan), 3);
  EXPECT_EQ(plan.machinetypes[0].processors, 0);
}

}  // namespace
}  // namespace vacuum
