#include "policy/accounting.hpp"

#include <gtest/gtest.h>

#include "policy/testing/scene.hpp"

namespace vacuum::testing {
namespace {

/// A machine that ran for `seconds` and was judged.
Machine& add_finished(Scene& scene, std::int64_t seconds, MachineState state = MachineState::shutdown) {
  Machine& machine = scene.add(state);
  machine.started = scene.ago(seconds + 100);
  machine.stopped = scene.ago(100);
  machine.missed_listings = 5;
  return machine;
}

TEST(AccountingTest, AMachineThatRanForFizzleSecondsIsAccountedWithItsTimes) {
  Scene scene;
  const Machine& machine = add_finished(scene, 300);
  const auto accounts = all_of<AccountMachine>(scene.plan());
  ASSERT_EQ(accounts.size(), 1u);
  EXPECT_EQ(accounts[0].started, machine.started);
  EXPECT_EQ(accounts[0].stopped, machine.stopped);
}

TEST(AccountingTest, AFizzleIsNot) {
  Scene scene;
  add_finished(scene, 299);
  EXPECT_TRUE(all_of<AccountMachine>(scene.plan()).empty());
}

TEST(AccountingTest, WhatIsAccountedIsNeverAccountedAgain) {
  Scene scene;
  add_finished(scene, 3000).accounted = scene.ago(50);
  EXPECT_TRUE(all_of<AccountMachine>(scene.plan()).empty());
}

TEST(AccountingTest, AMachineIsAccountedInTheCycleThatSeesItsEnd) {
  Scene scene;
  Machine& machine = scene.add(MachineState::shutdown);
  machine.cloud_updated = scene.ago(10);
  const Plan plan = scene.plan();
  ASSERT_EQ(all_of<MarkStopped>(plan).size(), 1u);
  ASSERT_EQ(all_of<AccountMachine>(plan).size(), 1u);
  EXPECT_EQ(all_of<AccountMachine>(plan)[0].stopped, scene.ago(10));
}

TEST(AccountingTest, AMachineThatVanishedWhileItRanIsAccountedBeforeItsRecordGoes) {
  Scene scene;
  scene.type().target_share = 0;
  Machine& machine = scene.add(MachineState::unlisted);
  machine.started = scene.ago(2000);
  machine.missing_since = scene.ago(200);
  machine.missed_listings = 2;
  const Plan plan = scene.plan();
  ASSERT_EQ(plan.actions.size(), 3u);
  EXPECT_TRUE(std::holds_alternative<MarkStopped>(plan.actions[0]));
  EXPECT_EQ(std::get<AccountMachine>(plan.actions[1]).stopped, scene.ago(200));
  EXPECT_TRUE(std::holds_alternative<ArchiveRecord>(plan.actions[2]));
}

TEST(AccountingTest, AMachineThatNoListingShowedAndThatLeftAWordIsAccountedFromItsCreation) {
  Scene scene;
  scene.type().target_share = 0;
  Machine& machine = scene.add(MachineState::unlisted);
  machine.started.reset();
  machine.created = scene.ago(7000);
  machine.heartbeat = scene.ago(5000);
  machine.shutdown_message = ShutdownMessage{200, "Success"};
  machine.missed_listings = 2;
  const Plan plan = scene.plan();
  ASSERT_EQ(plan.actions.size(), 4u);
  EXPECT_EQ(std::get<MarkStarted>(plan.actions[0]).started, scene.ago(7000));
  EXPECT_EQ(std::get<MarkStopped>(plan.actions[1]).verdict, Verdict::success);
  EXPECT_EQ(std::get<AccountMachine>(plan.actions[2]).stopped, scene.ago(5000));
  EXPECT_EQ(std::get<ArchiveRecord>(plan.actions[3]).reason, "vanished: not in 2 listings");
}

TEST(AccountingTest, AMachineThatNeverRanIsArchivedUnaccounted) {
  Scene scene;
  scene.add(MachineState::unlisted).missed_listings = 2;
  const Plan plan = scene.plan();
  EXPECT_TRUE(all_of<AccountMachine>(plan).empty());
  EXPECT_EQ(all_of<ArchiveRecord>(plan).size(), 1u);
}

TEST(AccountingTest, AnAdoptedMachineIsAccountedFromTheCloudsWordOnItsStart) {
  Scene scene;
  Machine& machine = scene.add(MachineState::shutdown);
  machine.record = RecordState::absent;
  machine.started.reset();
  machine.cloud_started = scene.ago(3000);
  machine.cloud_updated = scene.ago(30);
  const auto accounts = all_of<AccountMachine>(scene.plan());
  ASSERT_EQ(accounts.size(), 1u);
  EXPECT_EQ(accounts[0].started, scene.ago(3000));
}

TEST(AccountingTest, AnOrphanIsAccountedIfItRanForTenMinutes) {
  for (const std::int64_t seconds : {599, 600}) {
    Scene scene;
    Machine& machine = scene.add_orphan(MachineState::shutdown);
    machine.started = scene.ago(seconds + 100);
    machine.stopped = scene.ago(100);
    EXPECT_EQ(all_of<AccountMachine>(scene.plan()).size(), seconds == 600 ? 1u : 0u);
  }
}

TEST(AccountingTest, ACycleAccountsSoManyAndArchivesNoOther) {
  Scene scene;
  for (int i = 0; i < kAccountedPerCycle + 7; ++i) add_finished(scene, 1000, MachineState::unlisted);
  const Plan plan = scene.plan();
  EXPECT_EQ(all_of<AccountMachine>(plan).size(), std::size_t{kAccountedPerCycle});
  EXPECT_EQ(all_of<ArchiveRecord>(plan).size(), std::size_t{kAccountedPerCycle});
}

TEST(AccountingTest, AGoneMachineThatWaitsForItsAccountingTakesNobodysPlace) {
  Scene scene;
  scene.settings.processors_limit = 10;
  scene.settings.max_created_percent = 100;
  for (int i = 0; i < 10; ++i) add_finished(scene, 1000, MachineState::unlisted);
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan), 10);
  EXPECT_EQ(plan.processors_in_space, 0);
}

}  // namespace
}  // namespace vacuum::testing
