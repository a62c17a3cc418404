#include "policy/division.hpp"

#include <gtest/gtest.h>

#include "policy/testing/scene.hpp"

namespace vacuum {
namespace {

using testing::all_of;
using testing::created;
using testing::Scene;

/// A machine of another manager, created so long ago.
Machine& add_of_others(Scene& scene, MachineState state, std::int64_t seconds_ago = 3600) {
  Machine& machine = scene.add(state);
  machine.managed_by = ManagedBy::others;
  machine.created = scene.ago(seconds_ago);
  return machine;
}

TEST(DivisionTest, MachinesOfOthersAreLeftAloneInAnyState) {
  for (int state = 0; state < kMachineStateCount; ++state) {
    Scene scene;
    scene.settings.processors_limit = 1;
    Machine& machine = add_of_others(scene, static_cast<MachineState>(state), 900'000);
    machine.missed_listings = 9;
    EXPECT_TRUE(scene.plan().actions.empty()) << to_string(machine.state);
  }
}

TEST(DivisionTest, AVmWithoutARecordIsAdoptedByTheOneWhoseItIs) {
  Scene scene;
  scene.settings.processors_limit = 2;
  scene.add(MachineState::running).record = RecordState::absent;
  Machine& other = add_of_others(scene, MachineState::running);
  other.record = RecordState::absent;
  EXPECT_EQ(all_of<AdoptMachine>(scene.plan()).size(), 1U);
}

TEST(DivisionTest, MachinesOfOthersCountTowardsLimitsAndShares) {
  Scene scene;
  scene.settings.processors_limit = 10;
  scene.settings.max_created_percent = 100;
  add_of_others(scene, MachineState::running).processors = 7;
  EXPECT_EQ(created(scene.plan()), 3);
}

TEST(DivisionTest, EachManagerCreatesItsPartOfTheAllowance) {
  Scene scene;
  for (const auto& [managers, part] : {std::pair{1, 10}, {2, 5}, {3, 4}, {20, 1}}) {
    scene.division.managers = managers;
    EXPECT_EQ(created(scene.plan()), part) << managers;
  }
}

TEST(DivisionTest, WhatOthersCreatedInThisCycleIsLeftOut) {
  Scene scene;
  scene.division = {.managers = 2, .cycle = Seconds{60}};
  for (int i = 0; i < 8; ++i) add_of_others(scene, MachineState::starting, 30);
  EXPECT_EQ(created(scene.plan()), 2);
  for (int i = 0; i < 2; ++i) add_of_others(scene, MachineState::starting, 30);
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan), 0);
  EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::cycle_limit);
  for (Machine& machine : scene.fleet.machines) machine.created = scene.ago(60);
  EXPECT_EQ(created(scene.plan()), 5);
}

TEST(DivisionTest, TheFirstOfACycleFitsHoweverLargeUnlessOthersHadTheAllowance) {
  Scene scene;
  scene.settings.processors_limit = 20;
  scene.type().min_processors = 4;
  scene.division.managers = 2;
  EXPECT_EQ(created(scene.plan()), 1);
  add_of_others(scene, MachineState::starting, 30).processors = 4;
  EXPECT_EQ(created(scene.plan()), 0);
}

TEST(DivisionTest, TheBreakerGoesByThePartOfTheSpaceThatThisManagerHas) {
  Scene scene;
  scene.settings.mass_deletion_percent = 20;
  scene.settings.processors_limit = 1;
  for (int i = 0; i < 500; ++i) add_of_others(scene, MachineState::running);
  scene.add_many(30, MachineState::failed);
  scene.add_many(20, MachineState::running);
  EXPECT_EQ(scene.plan().held_deletions.size(), 30U);
}

TEST(DivisionTest, PartsOfAllManagersNeverComeToLessThanTheAllowance) {
  for (std::int64_t allowed = 0; allowed < 50; ++allowed) {
    for (int managers = 1; managers < 12; ++managers) {
      EXPECT_GE(own_part(allowed, managers, 0) * managers, allowed);
      EXPECT_LE(own_part(allowed, managers, 7), std::max<std::int64_t>(allowed - 7, 0));
    }
  }
}

}  // namespace
}  // namespace vacuum
