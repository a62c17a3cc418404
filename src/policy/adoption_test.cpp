#include "policy/adoption.hpp"

#include <gtest/gtest.h>

#include "policy/testing/scene.hpp"

namespace vacuum {
namespace {

using testing::all_of;
using testing::created;
using testing::Scene;

TEST(AdoptionTest, AVmOfOurNameWithoutARecordIsAdoptedAndCountedAtOnce) {
  Scene scene;
  scene.settings.processors_limit = 3;
  scene.settings.max_created_percent = 100;
  scene.add(MachineState::running).record = RecordState::absent;
  scene.add(MachineState::running);
  const Plan plan = scene.plan();
  ASSERT_EQ(all_of<AdoptMachine>(plan).size(), 1U);
  EXPECT_EQ(all_of<AdoptMachine>(plan)[0].machine, 0U);
  EXPECT_EQ(plan.processors_in_space, 2);
  EXPECT_EQ(created(plan), 1);
}

TEST(AdoptionTest, WhatIsAdoptedIsJudgedAndDeletedByTheSameRulesInTheSamePlan) {
  Scene scene;
  Machine& machine = scene.add(MachineState::shutdown);
  machine.record = RecordState::absent;
  machine.started.reset();
  machine.cloud_started = scene.ago(100);
  const Plan plan = scene.plan();
  ASSERT_EQ(plan.actions.size(), 4U);
  EXPECT_TRUE(std::holds_alternative<AdoptMachine>(plan.actions[0]));
  EXPECT_TRUE(std::holds_alternative<MarkStarted>(plan.actions[1]));
  EXPECT_EQ(std::get<MarkStopped>(plan.actions[2]).verdict, Verdict::abort);
  EXPECT_TRUE(std::holds_alternative<DeleteMachine>(plan.actions[3]));
}

TEST(AdoptionTest, OrphansAreAdoptedToBeDrained) {
  Scene scene;
  scene.add_orphan(MachineState::running).record = RecordState::absent;
  const Plan plan = scene.plan();
  ASSERT_EQ(all_of<AdoptMachine>(plan).size(), 1U);
  EXPECT_EQ(all_of<AdoptMachine>(plan)[0].reason,
            "the cloud lists it as running, there is no record of it; its machinetype is not configured");
}

TEST(AdoptionTest, ASingleShortListingArchivesNothing) {
  Scene scene;
  scene.add(MachineState::unlisted).missed_listings = 1;
  EXPECT_TRUE(scene.plan().actions.size() == static_cast<std::size_t>(created(scene.plan())));
}

TEST(AdoptionTest, ARecordIsArchivedAfterTwoMissedListings) {
  Scene scene;
  scene.add(MachineState::unlisted).missed_listings = 2;
  const auto archived = all_of<ArchiveRecord>(scene.plan());
  ASSERT_EQ(archived.size(), 1U);
  EXPECT_EQ(archived[0].reason, "never came up: not in 2 listings");
}

TEST(AdoptionTest, ARecordIsKeptWhileItsCreationMayStillComeUp) {
  Scene scene;
  Machine& machine = scene.add(MachineState::unlisted);
  machine.missed_listings = 9;
  machine.created = scene.ago(300);
  EXPECT_TRUE(all_of<ArchiveRecord>(scene.plan()).empty());
  machine.created = scene.ago(301);
  EXPECT_EQ(all_of<ArchiveRecord>(scene.plan()).size(), 1U);
}

// Listings can skip young servers on later pages, running ones too.
TEST(AdoptionTest, WhatAnotherManagerAskedForIsWaitedForFromWhenItBecameOurs) {
  Scene scene;
  Machine& machine = scene.add(MachineState::unlisted);
  machine.created = scene.ago(4000);  // by a clock of another host, for all we know
  machine.missed_listings = 9;
  machine.inherited = scene.ago(300);
  EXPECT_TRUE(all_of<ArchiveRecord>(scene.plan()).empty());
  machine.inherited = scene.ago(301);
  EXPECT_EQ(all_of<ArchiveRecord>(scene.plan()).size(), 1U);
}

TEST(AdoptionTest, AYoungMachineIsKeptEvenIfItWasListedBefore) {
  Scene scene;
  Machine& machine = scene.add(MachineState::unlisted);
  machine.missed_listings = 9;
  machine.created = scene.ago(300);
  machine.started = scene.ago(200);
  EXPECT_TRUE(all_of<ArchiveRecord>(scene.plan()).empty());
}

TEST(AdoptionTest, AJudgedMachineIsArchivedWithoutASecondJudgement) {
  Scene scene;
  Machine& machine = scene.add(MachineState::unlisted);
  machine.missed_listings = 2;
  machine.started = scene.ago(1000);
  machine.stopped = scene.ago(500);
  machine.deleted = scene.ago(400);
  const Plan plan = scene.plan();
  EXPECT_TRUE(all_of<MarkStopped>(plan).empty());
  EXPECT_EQ(all_of<ArchiveRecord>(plan).at(0).reason, "deleted; not in 2 listings");
}

}  // namespace
}  // namespace vacuum
