#include "policy/preemption.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/plan_lint.hpp"
#include "policy/testing/scene.hpp"

namespace vacuum {
namespace {

using testing::all_of;
using ::testing::Contains;
using testing::created;
using ::testing::HasSubstr;
using testing::Scene;

/// A space of 12 processors that is full of "prod", which is preemptible; "test" has the same share and one
/// machine that found work.
class PreemptionTest : public ::testing::Test {
 protected:
  PreemptionTest() {
    scene.settings.processors_limit = 12;
    scene.settings.max_created_percent = 100;
    scene.type().preemptible_grace = Seconds{900};
    scene.add_type("test", 1);
    scene.add_many(11, MachineState::running, 0);
    scene.add(MachineState::running, 1);
  }

  [[nodiscard]] std::vector<AnnounceShutdown> preempted() const {
    return all_of<AnnounceShutdown>(scene.plan());
  }
  [[nodiscard]] std::size_t count() const { return preempted().size(); }
  Machine& machine(std::size_t index) { return scene.fleet.machines[index]; }
  /// Lets the machines of a plan know their end.
  void carry_out(const std::vector<AnnounceShutdown>& told) {
    for (const auto& one : told) machine(one.machine).shutdown_time = one.shutdown_time;
  }

  Scene scene;
};

TEST_F(PreemptionTest, AsManyAreToldToEndAsTheOtherMachinetypeLacks) {
  const auto told = preempted();
  ASSERT_EQ(told.size(), 5U);
  EXPECT_EQ(told[0].cause, ShutdownCause::preemption);
  EXPECT_EQ(told[0].reason, "machinetype test finds work and is below its share");
  EXPECT_EQ(told[0].shutdown_time, scene.now + Seconds{960}) << "the grace begins when it can know";
}

TEST_F(PreemptionTest, NobodyIsPreemptedTwiceForTheSame) {
  carry_out(preempted());
  EXPECT_EQ(count(), 0U);
  scene.now += Seconds{600};
  EXPECT_EQ(count(), 0U);
}

TEST_F(PreemptionTest, WhoWasToldIsDeletedAtItsEndAndTheRoomGoesToWhomItWasFor) {
  carry_out(preempted());
  scene.now += Seconds{961};
  const auto deletions = all_of<DeleteMachine>(scene.plan());
  ASSERT_EQ(deletions.size(), 5U);
  EXPECT_EQ(deletions[0].reason, DeleteReason::shutdown_time);
  std::erase_if(scene.fleet.machines,
                [](const Machine& machine) { return machine.shutdown_time.has_value(); });
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan, 1), 5);
  EXPECT_EQ(created(plan, 0), 0);
}

TEST_F(PreemptionTest, WithoutTheOptionNobodyIsPreempted) {
  scene.type().preemptible_grace.reset();
  EXPECT_EQ(count(), 0U);
}

TEST_F(PreemptionTest, WhoIsBackingOffProbingOrHeldGetsNothing) {
  scene.abort(300, 1);
  EXPECT_EQ(count(), 0U);
  scene.abort(700, 1);
  EXPECT_EQ(count(), 0U);
  scene.abort(901, 1);
  EXPECT_EQ(count(), 5U);
  scene.holds = {std::nullopt, MachinetypeHold{WaitReason::draining, "words"}};
  EXPECT_EQ(count(), 0U);
}

TEST_F(PreemptionTest, WhoAbortsInThisPlanGetsNothing) {
  machine(11).state = MachineState::shutdown;
  machine(11).shutdown_message = ShutdownMessage{300, "No more work"};
  EXPECT_EQ(count(), 0U);
}

TEST_F(PreemptionTest, WhoHasNoFlavorOrWaitsAfterFailedBuildsGetsNothing) {
  scene.settings.machinetypes[1].min_processors = 99;
  EXPECT_EQ(count(), 0U);
  scene.settings.machinetypes[1].min_processors = 1;
  scene.settings.machinetypes[1].flavors = {FlavorName{"small"}};
  scene.fleet.build_failures = {
      {FlavorName{"small"}, std::nullopt, 1, scene.ago(10), {FaultKind::other, ""}}};
  EXPECT_EQ(count(), 0U);
}

TEST_F(PreemptionTest, WhoHasShownNoWorkYetGetsRoomForOneMachine) {
  machine(11).machinetype = MachinetypeIndex{0};
  auto told = preempted();
  EXPECT_EQ(told.size(), 1U);
  carry_out(told);
  EXPECT_EQ(count(), 0U);
  machine(0).machinetype = MachinetypeIndex{1};
  machine(0).started = scene.ago(299);
  EXPECT_EQ(count(), 0U) << "it is to run for fizzle_seconds first";
  machine(0).started = scene.ago(300);
  EXPECT_EQ(count(), 4U);
}

TEST_F(PreemptionTest, AFreePlaceIsTakenBeforeAnybodyIsPreempted) {
  scene.settings.processors_limit = 15;
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan, 1), 3);
  EXPECT_EQ(count(), 2U);
  scene.settings.processors_limit = 100;
  EXPECT_EQ(count(), 0U);
}

TEST_F(PreemptionTest, WhatLeavesAnywayIsRoomToCome) {
  machine(0).state = MachineState::shutdown;
  machine(1).deleted = scene.ago(10);
  machine(2).shutdown_time = scene.now + Seconds{60};
  EXPECT_EQ(count(), 2U);
  scene.add_orphan(MachineState::shutdown).processors = 2;
  scene.settings.processors_limit = 14;
  EXPECT_EQ(count(), 0U);
}

TEST_F(PreemptionTest, AnEndThatComesLaterThanAPreemptionWouldBringItIsNoRoom) {
  for (Machine& one : scene.fleet.machines) one.shutdown_time = scene.now + Seconds{86400};
  scene.settings.shutdown_time = scene.now + Seconds{86400};
  EXPECT_EQ(count(), 5U);
  scene.settings.shutdown_time = scene.now + Seconds{300};
  EXPECT_TRUE(std::ranges::none_of(
      preempted(), [](const AnnounceShutdown& told) { return told.cause == ShutdownCause::preemption; }));
}

TEST_F(PreemptionTest, NobodyFallsBelowItsOwnShare) {
  scene.add_type("third", 10);
  scene.add(MachineState::running, 2);
  scene.settings.processors_limit = 13;
  EXPECT_EQ(count(), 9U) << "11 of prod; its share is 13/12, so that two stay";
  scene.settings.machinetypes[0].target_share = 100;
  EXPECT_EQ(count(), 0U);
}

TEST_F(PreemptionTest, WithoutAShareOfItsOwnAllMayGo) {
  scene.settings.machinetypes[0].target_share = 0;
  EXPECT_EQ(count(), 11U);
}

TEST_F(PreemptionTest, WhoRanLeastGoesFirst) {
  machine(7).started = scene.ago(301);
  machine(8).started = scene.ago(400);
  scene.settings.machinetypes[1].processors_limit = 3;
  const auto told = preempted();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].machine, 7U);
  EXPECT_EQ(told[1].machine, 8U);
}

TEST_F(PreemptionTest, WhoHasNotRunForFizzleSecondsOrEndsSoonAnywayIsNotPreempted) {
  for (std::size_t i = 0; i < 9; ++i) machine(i).started = scene.ago(200);
  machine(9).state = MachineState::starting;
  EXPECT_EQ(preempted().size(), 1U);
  machine(10).started = scene.ago(86400 - 900);
  EXPECT_EQ(count(), 0U);
}

TEST_F(PreemptionTest, APromiseIsKeptWhateverTheConfigurationSaysNow) {
  for (Machine& one : scene.fleet.machines) one.promised_grace = Seconds{3600};
  auto told = preempted();
  EXPECT_EQ(told.at(0).shutdown_time, scene.now + Seconds{3660});
  carry_out(told);
  EXPECT_EQ(count(), 0U) << "an end that was told an hour ahead is room to come";
  scene.type().preemptible_grace = Seconds{7200};
  for (Machine& one : scene.fleet.machines) one.shutdown_time.reset();
  EXPECT_EQ(preempted().at(0).shutdown_time, scene.now + Seconds{7260});
}

TEST_F(PreemptionTest, NoMoreArePreemptedInACycleThanItMayCreate) {
  scene.settings.max_created_percent = 20;
  EXPECT_EQ(count(), 3U);
  carry_out(preempted());
  EXPECT_EQ(count(), 2U);
}

TEST_F(PreemptionTest, EachManagerTellsItsOwnOfTheMachinesThatAllChoose) {
  const auto all = preempted();
  for (std::size_t i = 0; i < 11; i += 2) machine(i).managed_by = ManagedBy::others;
  const auto ours = preempted();
  for (std::size_t i = 0; i < 11; ++i) machine(i).managed_by = i % 2 == 0 ? ManagedBy::us : ManagedBy::others;
  const auto theirs = preempted();
  EXPECT_EQ(ours.size() + theirs.size(), all.size());
  EXPECT_FALSE(ours.empty() || theirs.empty());
}

TEST_F(PreemptionTest, ALargeMachineGetsTheRoomOfSeveralAndNoneIsPreemptedInVain) {
  scene.settings.machinetypes[1].min_processors = 4;
  EXPECT_EQ(count(), 4U);
  scene.settings.machinetypes[1].min_processors = 8;
  EXPECT_EQ(count(), 0U) << "one more machine of 8 processors would be more than its share";
}

TEST_F(PreemptionTest, AQuotaOfTheCloudBlocksLikeTheLimit) {
  scene.settings.processors_limit = 100;
  scene.fleet.quota.machines_limit = 12;
  EXPECT_EQ(count(), 5U);
  scene.fleet.quota = {};
  scene.fleet.quota.memory_mb_limit = 12 * 2048;
  EXPECT_EQ(count(), 5U);
}

TEST_F(PreemptionTest, WhoIsAtItsOwnLimitGetsNoRoomBeyondIt) {
  scene.settings.machinetypes[1].processors_limit = 2;
  EXPECT_EQ(count(), 1U);
  scene.settings.machinetypes[1].processors_limit = 1;
  EXPECT_EQ(count(), 0U);
}

TEST_F(PreemptionTest, NothingIsPreemptedWhileDeletionsOrCreationsAreHeld) {
  scene.settings.no_delete = true;
  EXPECT_EQ(count(), 0U);
  scene.settings.no_delete = false;
  scene.fleet.deletions_held = Order{};
  EXPECT_EQ(count(), 0U);
  scene.fleet.deletions_held.reset();
  scene.creations = Creations::held;
  EXPECT_EQ(count(), 0U);
}

TEST_F(PreemptionTest, BothSidesAreToldInTheReasons) {
  const Plan plan = scene.plan();
  EXPECT_EQ(plan.machinetypes[0].told_to_end, 5);
  EXPECT_THAT(plan.machinetypes[0].why,
              HasSubstr("; 5 of its machines were told to end for others' shares, the last at "
                        "2027-01-15T08:16:00Z"));
  EXPECT_EQ(
      plan.machinetypes[1].why,
      "the space's limit of 12 processors is reached (12 in use, small needs 1); it is below its share: "
      "preemptible machines end for it, the last at 2027-01-15T08:16:00Z");
  carry_out(all_of<AnnounceShutdown>(plan));
  scene.now += Seconds{60};
  EXPECT_EQ(scene.plan().machinetypes[0].told_to_end, 5);
  EXPECT_THAT(scene.plan().machinetypes[1].why, HasSubstr("preemptible machines end for it"));
}

TEST_F(PreemptionTest, TheLinterSeesWhoMustNotBePreempted) {
  const auto faults = [&](std::size_t machine, std::int64_t ahead) {
    Plan plan = scene.plan();
    std::erase_if(plan.actions,
                  [](const Action& action) { return std::holds_alternative<AnnounceShutdown>(action); });
    plan.actions.insert(plan.actions.begin(), AnnounceShutdown{machine, scene.now + Seconds{ahead},
                                                               ShutdownCause::preemption, "words"});
    return plan_lint(scene.input(), plan);
  };
  EXPECT_TRUE(faults(0, 900).empty());
  EXPECT_THAT(faults(0, 899), Contains(HasSubstr("899 s ahead, 900 s were promised")));
  EXPECT_THAT(faults(11, 900), Contains(HasSubstr("not preemptible")));
  EXPECT_THAT(faults(11, 900), Contains(HasSubstr("below its own share")));
  machine(0).started = scene.ago(10);
  EXPECT_THAT(faults(0, 900), Contains(HasSubstr("before it ran for fizzle_seconds")));
  scene.abort(300, 1);
  EXPECT_THAT(faults(1, 900), Contains(HasSubstr("for nobody who finds work")));
  scene.settings.no_delete = true;
  EXPECT_THAT(faults(1, 900), Contains(HasSubstr("although deletions are held")));
}

}  // namespace
}  // namespace vacuum
