#include "policy/ramp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/plan_lint.hpp"
#include "policy/testing/scene.hpp"

namespace vacuum {
namespace {

using testing::created;
using ::testing::HasSubstr;
using testing::Scene;

constexpr std::int64_t kPercent = 10'000;

class RampTest : public ::testing::Test {
 protected:
  RampTest() {
    scene.settings.ramp = RampKind::adaptive;
    at(10 * kPercent, 600);
  }
  void at(std::int64_t step, std::int64_t seconds_ago) {
    scene.fleet.ramp = Ramp{step, scene.ago(seconds_ago), std::nullopt, "words"};
  }
  /// Adds a machine that runs since a minute after its creation.
  Machine& running(std::int64_t created_ago, std::size_t type = 0) {
    Machine& machine = scene.add(MachineState::running, type);
    machine.created = scene.ago(created_ago);
    machine.started = scene.ago(created_ago - 60);
    return machine;
  }
  Machine& aborting(std::int64_t created_ago, std::size_t type = 0) {
    Machine& machine = running(created_ago, type);
    machine.state = MachineState::shutdown;
    machine.shutdown_message = ShutdownMessage{300, "No more work"};
    return machine;
  }
  [[nodiscard]] Ramp after() const { return scene.plan().ramp.value(); }
  [[nodiscard]] std::int64_t step() const { return after().step_millionths; }

  Scene scene;
};

TEST_F(RampTest, AFixedRampHasNoStateAndCreatesATenthWhateverHappens) {
  scene.settings.ramp = RampKind::fixed;
  at(80 * kPercent, 600);
  running(500);
  EXPECT_FALSE(scene.plan().ramp);
  EXPECT_EQ(created(scene.plan()), 10);
}

TEST_F(RampTest, AnAdaptiveOneBeginsWithTheFixedStep) {
  scene.fleet.ramp.reset();
  running(86400);
  EXPECT_EQ(step(), 10 * kPercent) << "machines of the time before it prove nothing";
  EXPECT_EQ(after().since, scene.now);
  EXPECT_EQ(created(scene.plan()), 10);
}

TEST_F(RampTest, TheStepDoublesAsSoonAsANewMachineHasRunForFizzleSeconds) {
  running(361);
  EXPECT_EQ(step(), 20 * kPercent);
  EXPECT_EQ(after().since, scene.now);
  EXPECT_EQ(after().why, "doubled: vcycle-prod-0000000000 has run for 5 min 1 s");
  EXPECT_EQ(created(scene.plan()), 20);
}

TEST_F(RampTest, AMachineThatIsTooYoungOrStoppedProvesNothing) {
  running(359);
  running(500).state = MachineState::unknown;
  scene.add_orphan(MachineState::running).created = scene.ago(500);
  EXPECT_EQ(step(), 10 * kPercent);
  EXPECT_EQ(after(), *scene.fleet.ramp) << "nothing to write down";
}

TEST_F(RampTest, ANewMachineThatDidItsWorkInLessThanFizzleSecondsDoublesTheStepToo) {
  Machine& machine = running(300);
  machine.state = MachineState::shutdown;
  machine.shutdown_message = ShutdownMessage{200, "Success"};
  EXPECT_EQ(step(), 20 * kPercent);
  EXPECT_EQ(after().why, "doubled: vcycle-prod-0000000000 ended with 200 Success");
  machine.created = scene.ago(601);
  EXPECT_EQ(step(), 10 * kPercent) << "one of the time before proves nothing";
}

TEST_F(RampTest, AStepThatBeginsNowIsProvedByNothing) {
  scene.fleet.ramp.reset();
  Machine& machine = running(0);
  machine.started = scene.now;
  machine.state = MachineState::shutdown;
  machine.shutdown_message = ShutdownMessage{200, "Success"};
  EXPECT_EQ(step(), 10 * kPercent);
}

TEST_F(RampTest, EachDoublingWantsAMachineThatTheStepBeforeLetCome) {
  at(20 * kPercent, 450);
  running(500);
  EXPECT_EQ(step(), 20 * kPercent);
  running(440);
  EXPECT_EQ(step(), 40 * kPercent);
}

TEST_F(RampTest, TheStepNeverPassesTheWholeLimit) {
  at(80 * kPercent, 600);
  running(500);
  EXPECT_EQ(step(), 100 * kPercent);
  EXPECT_EQ(created(scene.plan()), 99);
}

TEST_F(RampTest, TheWholeLimitIsConfirmedOnceAnHour) {
  at(100 * kPercent, 3599);
  running(500);
  EXPECT_EQ(after(), *scene.fleet.ramp);
  at(100 * kPercent, 3600);
  EXPECT_EQ(after().since, scene.now);
  EXPECT_THAT(after().why, HasSubstr("confirmed: "));
}

TEST_F(RampTest, AnAbortHalvesTheStepInTheSamePlan) {
  at(40 * kPercent, 600);
  scene.add_type("test", 1);
  aborting(500);
  EXPECT_EQ(step(), 20 * kPercent);
  EXPECT_EQ(after().set_back, scene.now);
  EXPECT_EQ(after().why, "halved: vcycle-prod-0000000000 ended with 300 No more work");
  EXPECT_EQ(created(scene.plan()), 20);
}

TEST_F(RampTest, AnAbortWeighsMoreThanAMachineThatFoundWork) {
  running(500);
  aborting(500);
  EXPECT_EQ(step(), 5 * kPercent);
}

TEST_F(RampTest, ManyAbortsOfACycleHalveItOnce) {
  for (int i = 0; i < 5; ++i) aborting(500);
  EXPECT_EQ(step(), 5 * kPercent);
}

TEST_F(RampTest, OthersOfTheBatchAndProbesTellNothingNew) {
  scene.abort(700);
  aborting(3600);
  aborting(850);
  EXPECT_EQ(step(), 10 * kPercent) << "back-off 600 s and fizzle 300 s are not over when they were created";
  scene.abort(1700);
  EXPECT_EQ(step(), 10 * kPercent);
  aborting(800);
  EXPECT_EQ(step(), 5 * kPercent) << "the machinetype was back to normal";
}

TEST_F(RampTest, TheStepIsNeverLessThanAnEighthOfTheFixedOne) {
  at(2 * kPercent, 600);
  aborting(500);
  EXPECT_EQ(step(), 12'500);
  at(12'500, 600);
  EXPECT_EQ(step(), 12'500);
  EXPECT_THAT(after().why, HasSubstr("kept low: "));
  scene.settings.processors_limit = 3;
  scene.fleet.machines.clear();
  EXPECT_EQ(created(scene.plan()), 1) << "one machine can always be made";
}

TEST_F(RampTest, AFailedBuildHalvesTheStepUnlessItBeganBeforeTheLastHalving) {
  Machine& machine = scene.add(MachineState::failed);
  machine.started.reset();
  machine.created = scene.ago(300);
  machine.fault = Fault{FaultKind::no_valid_host, "No valid host was found"};
  EXPECT_EQ(step(), 5 * kPercent);
  EXPECT_EQ(after().why,
            "halved: a build with flavor small failed: no_valid_host fault: No valid host was found");
  scene.fleet.ramp->set_back = scene.ago(299);
  EXPECT_EQ(step(), 10 * kPercent);
}

TEST_F(RampTest, ACreationThatTheCloudRefusesHalvesTheStepOncePerPlan) {
  const Ramp before{40 * kPercent, scene.ago(600), std::nullopt, "words"};
  const Ramp once = ramp_after_cloud_error(before, scene.settings, "503 try later", scene.now, scene.now);
  EXPECT_EQ(once.step_millionths, 20 * kPercent);
  EXPECT_EQ(once.why, "halved: a creation failed: 503 try later");
  EXPECT_EQ(ramp_after_cloud_error(once, scene.settings, "503 again", scene.now, scene.now), once);
  EXPECT_EQ(
      ramp_after_cloud_error(once, scene.settings, "503", scene.now + Seconds{60}, scene.now).step_millionths,
      10 * kPercent);
}

TEST_F(RampTest, AStepThatNothingConfirmedForADayIsForgotten) {
  at(100 * kPercent, 86'401);
  running(86'400 * 3);
  EXPECT_EQ(step(), 10 * kPercent);
  at(12'500, 86'401);
  EXPECT_EQ(step(), 10 * kPercent);
}

TEST_F(RampTest, ATimeOfAnotherManagersClockThatIsAheadIsNow) {
  at(40 * kPercent, -5000);
  scene.fleet.ramp->set_back = scene.now + Seconds{5000};
  EXPECT_EQ(after().since, scene.now);
  EXPECT_EQ(after().set_back, scene.now);
}

TEST_F(RampTest, AStepOfOtherSettingsIsMovedIntoItsBounds) {
  at(100 * kPercent, 600);
  scene.settings.max_created_percent = 50;
  EXPECT_EQ(step(), 100 * kPercent);
  at(0, 600);
  EXPECT_EQ(step(), 62'500);
}

TEST_F(RampTest, ASpaceWithoutALimitGrowsByTheStepToo) {
  scene.settings.processors_limit.reset();
  EXPECT_EQ(created(scene.plan()), 10);
  at(40 * kPercent, 600);
  EXPECT_EQ(created(scene.plan()), 40);
  at(12'500, 600);
  EXPECT_EQ(created(scene.plan()), 2);
  scene.add_many(200, MachineState::starting);
  at(40 * kPercent, 600);
  EXPECT_EQ(created(scene.plan()), 80);
}

TEST_F(RampTest, WhoWaitsForTheNextCycleIsToldHowFarTheRampIs) {
  at(40 * kPercent, 30);
  scene.fleet.ramp->why = "doubled: vcycle-prod-abc has run for 5 min";
  EXPECT_THAT(
      scene.plan().machinetypes[0].why,
      HasSubstr("what one cycle may create was reached (40 of 40 processors, small needs 1); the ramp is "
                "at 40 % of the limit since 07:59:30Z, doubled: vcycle-prod-abc has run for 5 min"));
}

TEST_F(RampTest, TheLinterSeesARampThatGrewWithoutProofOrTooFast) {
  Plan plan = scene.plan();
  plan.ramp->step_millionths = 20 * kPercent;
  EXPECT_THAT(plan_lint(scene.input(), plan),
              ::testing::Contains(HasSubstr("no new machine has found work")));
  plan.ramp->step_millionths = 30 * kPercent;
  EXPECT_THAT(plan_lint(scene.input(), plan), ::testing::Contains(HasSubstr("at once")));
  aborting(500);
  plan = scene.plan();
  plan.ramp->step_millionths = 10 * kPercent;
  EXPECT_THAT(plan_lint(scene.input(), plan), ::testing::Contains(HasSubstr("not halved after an abort")));
  plan.ramp.reset();
  EXPECT_THAT(plan_lint(scene.input(), plan), ::testing::Contains(HasSubstr("no ramp")));
  scene.settings.ramp = RampKind::fixed;
  plan.ramp = scene.fleet.ramp;
  EXPECT_THAT(plan_lint(scene.input(), plan), ::testing::Contains(HasSubstr("the space a fixed one")));
}

}  // namespace
}  // namespace vacuum
