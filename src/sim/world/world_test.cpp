#include "sim/world/world.hpp"

#include <gtest/gtest.h>

#include "sim/testing/small_world.hpp"

namespace vacuum::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST(WorldTest, MachinesWithWorkFillASpaceToItsLimit) {
  World world(small_world(), 1);
  world.start_manager(0);
  world.run_until(world.start() + hours(2));
  EXPECT_EQ(world.sites().at(kSmallSpace).model->size(), 20u);
  EXPECT_EQ(world.directory().spaces[kSmallSpace].current.size(), 20u);
}

TEST(WorldTest, TheSameSeedGivesTheSameWorld) {
  const auto names = [](std::uint64_t seed) {
    World world(small_world(), seed);
    world.start_manager(0);
    world.run_until(world.start() + hours(6));
    std::vector<std::string> all;
    for (const CloudServer* server : world.sites().at(kSmallSpace).model->all()) all.push_back(server->name);
    return all;
  };
  EXPECT_EQ(names(7), names(7));
  EXPECT_NE(names(7), names(8));
}

TEST(WorldTest, MachinesThatFindNoWorkSayItAndTheirMachinetypeBacksOff) {
  WorldSettings settings = small_world();
  settings.queues[1].endless = false;
  World world(std::move(settings), 2);
  world.start_manager(0);
  world.run_until(world.start() + hours(6));
  const DirectorySpace& space = world.directory().spaces[kSmallSpace];
  ASSERT_TRUE(space.last_aborts.contains(MachinetypeName{"two"}));
  EXPECT_EQ(space.last_aborts.at(MachinetypeName{"two"}).message, "300 No more work");
  const auto& tallies = world.sites().at(kSmallSpace).guests->tallies();
  EXPECT_GT(tallies.at("two").found_no_work, 5u);
  EXPECT_LT(tallies.at("two").found_no_work, 40u) << "one probes at a time after the first";
}

TEST(WorldTest, AManagerThatIsKilledAtAnyStepGoesOnWhereItWas) {
  for (std::uint64_t step = 1; step < 120; step += 7) {
    World world(small_world(), 3);
    world.start_manager(0);
    world.kill_after(0, step);
    world.run_until(world.start() + minutes(10));
    EXPECT_EQ(world.running(0), nullptr) << step;
    world.start_manager(0);
    world.run_until(world.start() + hours(2));
    EXPECT_EQ(world.sites().at(kSmallSpace).model->size(), 20u) << step;
    EXPECT_EQ(world.directory().spaces[kSmallSpace].current.size(), 20u) << step;
  }
}

TEST(WorldTest, ALifeThatIsToBeKilledIsNotMistakenForTheNextOne) {
  World world(small_world(), 3);
  world.start_manager(0);
  world.run_until(world.start() + minutes(10) + std::chrono::seconds(30));
  world.kill_after(0, 1);  // at its next step: the next cycle begins with it
  world.time().at(world.start() + minutes(11), [&] {
    world.kill_manager(0);
    world.start_manager(0);
  });
  world.run_until(world.start() + minutes(30));
  EXPECT_NE(world.running(0), nullptr);
}

TEST(WorldTest, AMachineIsAccountedOnceItsJobIsDone) {
  World world(small_world(), 4);
  world.start_manager(0);
  world.run_until(world.start() + hours(12));
  std::uint64_t booted = 0;
  for (const auto& [type, tally] : world.sites().at(kSmallSpace).guests->tallies()) booted += tally.booted;
  EXPECT_GT(booted, 60u);
  EXPECT_GE(world.directory().accounting.size() + 20, booted);
  EXPECT_EQ(world.directory().accounting.size(), world.directory().accounting_writes) << "each once";
}

TEST(WorldTest, AManagerThatIsPausedDoesNothingMeanwhile) {
  World world(small_world(), 5);
  world.start_manager(0);
  world.run_until(world.start() + minutes(10));
  world.running(0)->process().pause_until(world.start() + hours(3));
  world.run_until(world.start() + minutes(11));
  const auto steps = world.running(0)->process().steps();
  world.run_until(world.start() + hours(3) - Milliseconds{1});
  EXPECT_EQ(world.running(0)->process().steps(), steps);
  world.run_until(world.start() + hours(4));
  EXPECT_GT(world.running(0)->process().steps(), steps);
}

TEST(WorldTest, AStoppedManagerEndsInGoodOrder) {
  World world(small_world(), 6);
  world.start_manager(0);
  world.run_until(world.start() + minutes(10));
  world.running(0)->ask_to_stop();
  world.run_until(world.start() + minutes(12));
  EXPECT_TRUE(world.running(0)->has_stopped());
}

}  // namespace
}  // namespace vacuum::sim
