#include "policy/plan.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "policy/testing/scene.hpp"

namespace vacuum {
namespace {

using testing::all_of;
using testing::created;
using testing::Scene;

TEST(PlanTest, AnEmptySpaceBeginsToFill) {
  const Plan plan = Scene().plan();
  EXPECT_EQ(created(plan), 10);
  EXPECT_EQ(plan.actions.size(), 10U);
  EXPECT_EQ(plan.processors_in_space, 0);
}

TEST(PlanTest, ASpaceWithoutMachinetypesHasAPlan) {
  Scene scene;
  scene.add(MachineState::shutdown);
  scene.settings.machinetypes.clear();
  const Plan plan = scene.plan();
  EXPECT_EQ(plan.orphans, 1);
  EXPECT_EQ(all_of<DeleteMachine>(plan).size(), 1U);
}

TEST(PlanTest, AQuietSpaceHasAnEmptyPlan) {
  Scene scene;
  scene.settings.processors_limit = 50;
  scene.add_many(50, MachineState::running);
  const Plan plan = scene.plan();
  EXPECT_TRUE(plan.actions.empty());
  EXPECT_TRUE(plan.notes.empty());
  EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::space_limit);
}

TEST(PlanTest, JudgementsAndDeletionsComeBeforeCreations) {
  Scene scene;
  scene.add(MachineState::shutdown);
  const Plan plan = scene.plan();
  EXPECT_TRUE(std::holds_alternative<MarkStopped>(plan.actions.at(0)));
  EXPECT_TRUE(std::holds_alternative<AccountMachine>(plan.actions.at(1)));
  EXPECT_TRUE(std::holds_alternative<DeleteMachine>(plan.actions.at(2)));
  EXPECT_TRUE(std::holds_alternative<CreateMachine>(plan.actions.at(3)));
}

TEST(PlanTest, AnyTimesGiveAPlan) {
  for (const TimePoint time : {TimePoint::min(), TimePoint::max(), from_unix(0)}) {
    for (int state = 0; state < kMachineStateCount; ++state) {
      Scene scene;
      Machine& machine = scene.add(static_cast<MachineState>(state));
      machine.created = time;
      machine.missed_listings = std::numeric_limits<int>::max();
      for (auto* one : {&machine.started, &machine.deleted, &machine.cloud_started, &machine.cloud_updated,
                        &machine.heartbeat, &machine.shutdown_time}) {
        *one = time;
      }
      scene.type().heartbeat = HeartbeatRule{"vm-heartbeat", Seconds{600}};
      RandomStream random(1);
      EXPECT_EQ(plan(scene.input(), random).machinetypes.size(), 1U);
    }
  }
}

TEST(PlanTest, NumbersOfAnySizeGiveAPlan) {
  Scene scene;
  scene.add(MachineState::running).processors = std::numeric_limits<int>::max();
  scene.add(MachineState::running).memory_mb = std::numeric_limits<int>::max();
  scene.add(MachineState::running).processors = std::numeric_limits<int>::max();
  EXPECT_EQ(scene.plan().processors_in_space, std::numeric_limits<int>::max());
  EXPECT_EQ(created(scene.plan()), 0);
}

}  // namespace
}  // namespace vacuum
