#include "policy/judging.hpp"

#include <gtest/gtest.h>

#include "policy/testing/scene.hpp"

namespace vacuum {
namespace {

using testing::all_of;
using testing::created;
using testing::Scene;

/// Adds a machine that shut down now after so many seconds, leaving this message.
Machine& add_stopped(Scene& scene, std::int64_t ran_seconds,
                     std::optional<ShutdownMessage> message = std::nullopt) {
  Machine& machine = scene.add(MachineState::shutdown);
  machine.started = scene.ago(ran_seconds);
  machine.shutdown_message = std::move(message);
  return machine;
}

MarkStopped only_judgement(const Scene& scene) {
  const auto judgements = all_of<MarkStopped>(scene.plan());
  EXPECT_EQ(judgements.size(), 1U);
  return judgements.empty() ? MarkStopped{} : judgements.front();
}

Verdict verdict_of(int code, std::int64_t ran_seconds) {
  Scene scene;
  add_stopped(scene, ran_seconds, ShutdownMessage{code, "words"});
  return only_judgement(scene).verdict;
}

TEST(JudgingTest, AMachineThatAnOperatorHadDeletedHasNoVerdictWhateverItSaid) {
  Scene scene;
  Machine& machine = add_stopped(scene, 10, ShutdownMessage{600, "killed"});
  machine.deletion_order = Order{scene.ago(60), "ann", "kernel hangs"};
  machine.deleted = scene.ago(50);
  const MarkStopped judged = only_judgement(scene);
  EXPECT_EQ(judged.verdict, Verdict::no_verdict);
  EXPECT_EQ(judged.reason, "deletion by operator ann: kernel hangs; it said 600 killed");
}

TEST(JudgingTest, AnOrderThatCameTooLateChangesNoVerdict) {
  Scene scene;
  add_stopped(scene, 10, ShutdownMessage{300, "No work"}).deletion_order = Order{scene.ago(1), "ann", ""};
  EXPECT_EQ(only_judgement(scene).verdict, Verdict::abort);
}

TEST(JudgingTest, CodesFrom300To699AreAbortsHoweverLongItRan) {
  for (const int code : {300, 400, 500, 600, 699}) {
    EXPECT_EQ(verdict_of(code, 50000), Verdict::abort) << code;
    EXPECT_EQ(verdict_of(code, 10), Verdict::abort) << code;
  }
}

TEST(JudgingTest, ACodeBelow300IsSuccessEvenOfAShortTask) {
  for (const int code : {100, 200, 299}) EXPECT_EQ(verdict_of(code, 10), Verdict::success) << code;
}

TEST(JudgingTest, ATransientProblemOf700IsNoAbort) {
  for (const int code : {700, 799, 999}) EXPECT_EQ(verdict_of(code, 10), Verdict::no_verdict) << code;
}

TEST(JudgingTest, AShortLifeWithoutAMessageIsAnAbort) {
  Scene scene;
  add_stopped(scene, 299);
  const MarkStopped judgement = only_judgement(scene);
  EXPECT_EQ(judgement.verdict, Verdict::abort);
  EXPECT_EQ(judgement.reason, "no message after 4 min 59 s (fizzle_seconds is 300)");
}

TEST(JudgingTest, ALifeOfFizzleSecondsWithoutAMessageIsSuccess) {
  Scene scene;
  add_stopped(scene, 300);
  EXPECT_EQ(only_judgement(scene).verdict, Verdict::success);
}

TEST(JudgingTest, AMachineIsJudgedOnce) {
  Scene scene;
  add_stopped(scene, 10).stopped = scene.ago(5);
  EXPECT_TRUE(all_of<MarkStopped>(scene.plan()).empty());
}

TEST(JudgingTest, WhatWeDeletedWhileItRanSaysNothingAboutWork) {
  Scene scene;
  Machine& machine = add_stopped(scene, 10);
  machine.deleted = scene.ago(5);
  EXPECT_EQ(only_judgement(scene).verdict, Verdict::no_verdict);
  scene.fleet.machines[0].shutdown_message = ShutdownMessage{300, "No more work"};
  EXPECT_EQ(only_judgement(scene).verdict, Verdict::abort);
}

TEST(JudgingTest, AFailedBuildIsNoVerdictAndTellsItsFault) {
  Scene scene;
  Machine& machine = scene.add(MachineState::failed);
  machine.started.reset();
  machine.created = scene.ago(60);
  machine.fault = Fault{FaultKind::no_valid_host, "No valid host was found."};
  const MarkStopped judgement = only_judgement(scene);
  EXPECT_EQ(judgement.verdict, Verdict::no_verdict);
  EXPECT_EQ(judgement.reason, "no_valid_host fault: No valid host was found.");
}

TEST(JudgingTest, AMachineThatFailedOrWasDeletedByOthersAfterItRanIsJudgedByItsLife) {
  for (const auto state : {MachineState::failed, MachineState::deleting}) {
    Scene scene;
    Machine& machine = scene.add(state);
    machine.started = scene.ago(20);
    EXPECT_EQ(only_judgement(scene).verdict, Verdict::abort);
    scene.fleet.machines[0].started = scene.ago(2000);
    EXPECT_EQ(only_judgement(scene).verdict, Verdict::success);
  }
}

TEST(JudgingTest, AMachineThatCameAndWentBetweenTwoLooksRanForLessThanItsAge) {
  Scene scene;
  Machine& machine = scene.add(MachineState::shutdown);
  machine.started.reset();
  machine.created = scene.ago(90);
  EXPECT_EQ(only_judgement(scene).verdict, Verdict::abort);
  scene.fleet.machines[0].created = scene.ago(900);
  EXPECT_EQ(only_judgement(scene).verdict, Verdict::no_verdict);
}

TEST(JudgingTest, AnOrphanNeverMakesAnythingBackOff) {
  Scene scene;
  Machine& machine = scene.add_orphan(MachineState::shutdown);
  machine.shutdown_message = ShutdownMessage{300, "No more work"};
  const Plan plan = scene.plan();
  EXPECT_EQ(all_of<MarkStopped>(plan)[0].verdict, Verdict::no_verdict);
  EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::cycle_limit);
  EXPECT_EQ(plan.orphans, 1);
}

TEST(JudgingTest, AnAbortJudgedNowHoldsBackCreationsOfThisVeryPlan) {
  Scene scene;
  EXPECT_EQ(created(scene.plan()), 10);
  add_stopped(scene, 4000, ShutdownMessage{300, "No more work"});
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan), 0);
  EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::backing_off);
  EXPECT_EQ(plan.machinetypes[0].last_abort->machine, scene.fleet.machines[0].name);
  EXPECT_EQ(plan.machinetypes[0].last_abort->message, "300 No more work");
}

TEST(JudgingTest, AnOlderAbortJudgedLateDoesNotReplaceANewerOne) {
  Scene scene;
  scene.abort(100);
  add_stopped(scene, 4000, ShutdownMessage{600, "Grid down"}).cloud_updated = scene.ago(500);
  EXPECT_EQ(scene.plan().machinetypes[0].wait_until, scene.ago(100) + Seconds{600});
}

TEST(JudgingTest, AVanishedMachineThatLeftAnAbortCodeAborts) {
  Scene scene;
  Machine& machine = scene.add(MachineState::unlisted);
  machine.missed_listings = 2;
  machine.started = scene.ago(1000);
  machine.shutdown_message = ShutdownMessage{300, "No more work"};
  const Plan plan = scene.plan();
  ASSERT_EQ(plan.actions.size(), 3U);
  EXPECT_EQ(std::get<MarkStopped>(plan.actions[0]).verdict, Verdict::abort);
  EXPECT_TRUE(std::holds_alternative<AccountMachine>(plan.actions[1]));
  EXPECT_TRUE(std::holds_alternative<ArchiveRecord>(plan.actions[2]));
  EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::backing_off);
}

TEST(JudgingTest, AMessageProvesThatAVanishedMachineRan) {
  Scene scene;
  Machine& machine = scene.add(MachineState::unlisted);
  machine.missed_listings = 2;
  machine.shutdown_message = ShutdownMessage{400, "Banned"};
  EXPECT_EQ(only_judgement(scene).verdict, Verdict::abort);
}

TEST(JudgingTest, AVanishedMachineThatSaidNothingIsNoVerdict) {
  Scene scene;
  Machine& machine = scene.add(MachineState::unlisted);
  machine.missed_listings = 2;
  machine.started = scene.ago(20);
  machine.created = scene.ago(1000);
  EXPECT_EQ(only_judgement(scene).verdict, Verdict::no_verdict);
}

}  // namespace
}  // namespace vacuum
