#include "policy/shares.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <map>

#include "policy/testing/scene.hpp"

namespace vacuum {
namespace {

using testing::all_of;
using testing::created;
using testing::Scene;

TEST(SharesTest, CreationsFollowTheShares) {
  Scene scene;
  scene.settings.max_created_percent = 100;
  scene.add_type("test", 3);
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan, 0), 25);
  EXPECT_EQ(created(plan, 1), 75);
}

TEST(SharesTest, TheLowestWeightedCountGetsTheNextMachines) {
  Scene scene;
  scene.add_type("test", 1);
  scene.add_many(10, MachineState::running, 0);
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan, 0), 0);
  EXPECT_EQ(created(plan, 1), 10);
}

TEST(SharesTest, MachinesOfAnyStateWeigh) {
  for (int state = 0; state < kMachineStateCount; ++state) {
    Scene scene;
    scene.add(static_cast<MachineState>(state)).hs06 = 12.5;
    EXPECT_GE(scene.plan().machinetypes[0].weighted_count, 12.5) << state;
  }
}

TEST(SharesTest, AMachineWeighsItsHs06ThenItsTypesThenItsProcessors) {
  Scene scene;
  Machine& machine = scene.add(MachineState::running);
  machine.processors = 4;
  EXPECT_EQ(weight_of(machine, scene.type()), 4);
  scene.type().hs06_per_processor = 10.5;
  EXPECT_EQ(weight_of(machine, scene.type()), 42);
  machine.hs06 = 50;
  EXPECT_EQ(weight_of(machine, scene.type()), 50);
  machine.hs06 = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(weight_of(machine, scene.type()), 42);
}

TEST(SharesTest, Hs06OfRunningMachinesIsSummed) {
  Scene scene;
  scene.add_type("test", 1);
  scene.settings.processors_limit = 40;
  scene.add(MachineState::running, 0).hs06 = 20;
  scene.add_many(16, MachineState::running, 1);
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan, 0), 0) << "20 HS06 outweigh 16 and up to 4 processors";
  EXPECT_EQ(created(plan, 1), 4);
}

TEST(SharesTest, NewMachinesWeighAndCarryTheirHs06) {
  Scene scene;
  scene.type().hs06_per_processor = 10;
  scene.type().min_processors = 4;
  const Plan plan = scene.plan();
  ASSERT_EQ(created(plan), 2);
  EXPECT_EQ(all_of<CreateMachine>(plan)[0].hs06, 40);
  EXPECT_EQ(plan.machinetypes[0].weighted_count, 80);
}

TEST(SharesTest, WithoutAShareNothingIsCreated) {
  for (const double share : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    Scene scene;
    scene.type().target_share = share;
    scene.add(MachineState::running);
    const Plan plan = scene.plan();
    EXPECT_EQ(created(plan), 0);
    EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::no_share);
    EXPECT_EQ(plan.machinetypes[0].weighted_count, 0);
  }
}

TEST(SharesTest, TiesAreDrawnAtRandomAmongAllOfThem) {
  const std::vector<Contender> contenders{{0, 2.0}, {1, 1.0}, {2, 1.0}, {3, 5.0}, {4, 1.0}};
  RandomStream random(7);
  std::map<std::size_t, int> picked;
  for (int i = 0; i < 300; ++i) ++picked[pick_neediest(contenders, random)];
  EXPECT_EQ(picked[1] + picked[2] + picked[4], 300);
  for (const std::size_t tied : {1U, 2U, 4U}) EXPECT_NEAR(picked[tied], 100, 30);
}

TEST(SharesTest, AMachinetypeThatIsBlockedLeavesItsTurnsToTheOthers) {
  Scene scene;
  scene.type().processors_limit = 2;
  scene.add_type("test", 1).processors_limit.reset();
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan, 0), 2);
  EXPECT_EQ(created(plan, 1), 8);
}

/// 40 processors for "prod" with large machines and "test" with small ones, of which there are some.
Scene large_and_small(int large, int small) {
  Scene scene;
  scene.settings.processors_limit = 40;
  scene.settings.max_created_percent = 100;
  scene.type().min_processors = 8;
  scene.add_type("test", 1).max_processors = 1;
  for (int i = 0; i < large; ++i) scene.add(MachineState::running).processors = 8;
  scene.add_many(small, MachineState::running, 1);
  return scene;
}

TEST(SharesTest, SmallMachinesDoNotTakeTheRoomBitByBitThatALargeOneWaitsFor) {
  const Plan plan = large_and_small(0, 37).plan();
  EXPECT_EQ(created(plan, 0), 0);
  EXPECT_EQ(created(plan, 1), 0);
  EXPECT_EQ(plan.machinetypes[1].wait, WaitReason::space_limit);
  EXPECT_EQ(plan.machinetypes[1].why,
            "the room that is left is kept for machinetype prod, which is below its share and needs more");
  const Plan later = large_and_small(0, 32).plan();
  EXPECT_EQ(created(later, 0), 1);
}

TEST(SharesTest, RoomIsKeptForALargeMachineOnlyWithinItsShare) {
  const Plan plan = large_and_small(2, 21).plan();
  EXPECT_EQ(created(plan, 0), 0) << "it has 16 of 37, with one more it would have more than half";
  EXPECT_EQ(created(plan, 1), 3);
}

TEST(SharesTest, NoRoomIsKeptForALargeMachineThatCannotFitAnyway) {
  Scene scene = large_and_small(0, 37);
  scene.fleet.quota.memory_mb_limit = 38 * 2048;
  scene.fleet.flavors[2].memory_mb = 39 * 2048;
  EXPECT_EQ(created(scene.plan(), 1), 1);
  scene.fleet.flavors[2].memory_mb = 38 * 2048;
  EXPECT_EQ(created(scene.plan(), 1), 0);
  scene.fleet.quota.memory_mb_used = 38 * 2048;  // one of somebody else, whom the listing does not show
  EXPECT_EQ(created(scene.plan(), 1), 0);
}

}  // namespace
}  // namespace vacuum
