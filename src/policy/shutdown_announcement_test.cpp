#include "policy/shutdown_announcement.hpp"

#include <gtest/gtest.h>

#include "policy/testing/scene.hpp"

namespace vacuum {
namespace {

using testing::all_of;
using testing::created;
using testing::Scene;

class ShutdownAnnouncementTest : public ::testing::Test {
 protected:
  ShutdownAnnouncementTest() { scene.settings.shutdown_time = scene.now + Seconds{7200}; }
  std::size_t announcements() { return all_of<AnnounceShutdown>(scene.plan()).size(); }
  Scene scene;
};

TEST_F(ShutdownAnnouncementTest, LivingMachinesAreToldTheSpacesEnd) {
  scene.add(MachineState::running);
  scene.add(MachineState::starting).shutdown_time = scene.now + Seconds{7201};
  const auto told = all_of<AnnounceShutdown>(scene.plan());
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].shutdown_time, scene.settings.shutdown_time);
}

TEST_F(ShutdownAnnouncementTest, WhoWasToldThisOrAnEarlierEndIsNotToldAgain) {
  scene.add(MachineState::running).shutdown_time = scene.settings.shutdown_time;
  scene.add(MachineState::running).shutdown_time = scene.now + Seconds{60};
  EXPECT_EQ(announcements(), 0U);
}

TEST_F(ShutdownAnnouncementTest, WhatIsOverOrBeingDeletedIsNotTold) {
  scene.add(MachineState::shutdown);
  scene.add(MachineState::unlisted);
  scene.add(MachineState::running).deleted = scene.ago(5);
  EXPECT_EQ(announcements(), 0U);
}

TEST_F(ShutdownAnnouncementTest, NewMachinesCarryTheSpacesEndAndAreStillCreated) {
  const auto creations = all_of<CreateMachine>(scene.plan());
  ASSERT_EQ(creations.size(), 10U);
  EXPECT_EQ(creations[0].shutdown_time, scene.settings.shutdown_time);
}

TEST_F(ShutdownAnnouncementTest, FromTheEndOnNothingIsCreatedOrAnnounced) {
  scene.settings.shutdown_time = scene.now;
  scene.add(MachineState::running);
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan), 0);
  EXPECT_TRUE(all_of<AnnounceShutdown>(plan).empty());
  EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::space_shutdown);
}

TEST_F(ShutdownAnnouncementTest, ASpaceWithoutAnEndAnnouncesNone) {
  scene.settings.shutdown_time.reset();
  scene.add(MachineState::running);
  EXPECT_EQ(announcements(), 0U);
}

}  // namespace
}  // namespace vacuum
