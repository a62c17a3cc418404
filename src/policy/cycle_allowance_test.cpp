#include "policy/cycle_allowance.hpp"

#include <gtest/gtest.h>

#include "policy/testing/scene.hpp"

namespace vacuum {
namespace {

using testing::created;
using testing::Scene;

CycleStep percent(std::int64_t value) {
  return {value * 10'000, value * 10'000};
}

TEST(CycleAllowanceTest, ItIsTenPercentOfTheLimitRoundedUp) {
  EXPECT_EQ(CycleAllowance(100, 0, percent(10)).allowed(), 10);
  EXPECT_EQ(CycleAllowance(101, 0, percent(10)).allowed(), 11);
  EXPECT_EQ(CycleAllowance(1, 0, percent(10)).allowed(), 1);
  EXPECT_EQ(CycleAllowance(50, 0, percent(100)).allowed(), 50);
}

TEST(CycleAllowanceTest, ASpaceWithoutALimitGrowsByThatPartOfWhatItHolds) {
  EXPECT_EQ(CycleAllowance(std::nullopt, 0, percent(10)).allowed(), 10);
  EXPECT_EQ(CycleAllowance(std::nullopt, 205, percent(10)).allowed(), 21);
}

TEST(CycleAllowanceTest, OddSettingsAreBounded) {
  EXPECT_EQ(CycleAllowance(100, 0, percent(-5)).allowed(), 0);
  EXPECT_EQ(CycleAllowance(100, 0, percent(1000)).allowed(), 100);
  EXPECT_EQ(CycleAllowance(-100, 0, percent(10)).allowed(), 0);
}

TEST(CycleAllowanceTest, FortyProcessorsAreNotCreatedWhereTenAreAllowed) {
  Scene scene;
  scene.type().min_processors = 4;
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan), 2);
  EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::cycle_limit);
}

TEST(CycleAllowanceTest, OneMachineCanAlwaysBeMade) {
  Scene scene;
  scene.settings.processors_limit = 20;
  scene.type().min_processors = 8;
  EXPECT_EQ(created(scene.plan()), 1);
}

TEST(CycleAllowanceTest, ASmallerFlavorDoesNotOvertakeTheOneWhoseTurnItIs) {
  Scene scene;
  scene.type().min_processors = 8;
  scene.add_type("test", 1);
  scene.add(MachineState::running, 1).processors = 5;
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan, 0), 1);
  EXPECT_EQ(created(plan, 1), 2) << "5 and 6 processors are fewer than 8";
  scene.fleet.machines[0].processors = 9;
  EXPECT_EQ(created(scene.plan(), 1), 0);
}

TEST(CycleAllowanceTest, WhoIsAtItsOwnLimitIsToldThatAndNotTheCycles) {
  Scene scene;
  scene.type().processors_limit = 30;
  scene.add_many(30, MachineState::running, 0);
  scene.add_type("test", 1);
  const Plan plan = scene.plan();
  EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::machinetype_limit);
  EXPECT_EQ(plan.machinetypes[1].wait, WaitReason::cycle_limit);
}

TEST(CycleAllowanceTest, APlanIsBoundedWhateverTheLimits) {
  Scene scene;
  scene.settings.processors_limit = 2'000'000'000;
  scene.settings.max_created_percent = 100;
  EXPECT_EQ(created(scene.plan()), kMostCreations);
}

}  // namespace
}  // namespace vacuum
