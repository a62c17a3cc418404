#include "policy/plan_lint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/testing/scene.hpp"

namespace vacuum {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::Scene;

/// A sound plan of a scene, to be spoiled: the linter has to say so.
class PlanLintTest : public ::testing::Test {
 protected:
  PlanLintTest() {
    scene.add(MachineState::running);
    scene.add(MachineState::shutdown);
    scene.add_type("idle", 0);
  }
  void plan() { made = scene.plan(); }
  void expect_finding(const std::string& words) {
    EXPECT_THAT(plan_lint(scene.input(), made), Contains(HasSubstr(words)));
  }
  CreateMachine& creation(std::size_t index = 0) {
    for (Action& action : made.actions) {
      if (auto* one = std::get_if<CreateMachine>(&action); one && index-- == 0) return *one;
    }
    throw std::logic_error("no such creation");
  }
  void act_first(Action action) { made.actions.insert(made.actions.begin(), std::move(action)); }

  Scene scene;
  Plan made;
};

TEST_F(PlanLintTest, PositionsOutOfRangeAreFoundAndNothingElseIsLookedAt) {
  plan();
  act_first(DeleteMachine{99});
  creation().machinetype = MachinetypeIndex{7};
  const auto findings = plan_lint(scene.input(), made);
  EXPECT_EQ(findings, (std::vector<std::string>{"an action is for position 99 of 2",
                                                "an action is for position 7 of 2"}));
}

TEST_F(PlanLintTest, DeletionsWithoutATrueReasonAreFound) {
  plan();
  using enum DeleteReason;
  for (const auto reason : {over, failed, start_timeout, max_wallclock, heartbeat, shutdown_time}) {
    act_first(DeleteMachine{0, reason});
    expect_finding("deleted in state running for the reason " + std::string(to_string(reason)));
    made.actions.erase(made.actions.begin());
  }
}

TEST_F(PlanLintTest, RepeatedDeletionsAreFound) {
  plan();
  act_first(DeleteMachine{1});
  expect_finding("deleted twice");
  scene.fleet.machines[1].deleted = scene.ago(3600);
  expect_finding("deleted again within an hour");
  scene.fleet.machines[1].delete_retry_at = scene.now + Seconds{1};
  expect_finding("deleted before it may be retried");
}

TEST_F(PlanLintTest, DeletionsInSpiteOfTheSwitchOrTheBreakerAreFound) {
  scene.settings.mass_deletion_percent = 100;
  scene.add_many(20, MachineState::failed);
  plan();
  scene.settings.mass_deletion_percent = 50;
  expect_finding("20 of 22 machines are deleted at once");
  scene.settings.no_delete = true;
  expect_finding("deleted in spite of no_delete");
  made.held_because = "words";
  expect_finding("0 deletions are held, and the reason told is \"words\"");
}

TEST_F(PlanLintTest, FalseAdoptionsAreFound) {
  plan();
  act_first(AdoptMachine{0, ""});
  expect_finding("adopted although it has a record");
  expect_finding("adopted without a reason");
  scene.fleet.machines[1].record = RecordState::absent;
  expect_finding("acted on before its adoption");
}

TEST_F(PlanLintTest, FalseTimesAreFound) {
  plan();
  act_first(MarkStarted{0, scene.now + Seconds{1}});
  act_first(MarkStopped{0, scene.now + Seconds{1}});
  expect_finding("marked started twice");
  expect_finding("started in the future");
  expect_finding("stopped in the future");
  expect_finding("judged in state running");
  made.actions[0] = MarkStopped{1, scene.ago(9000)};
  expect_finding("stopped before it started");
  expect_finding("judged twice");
}

TEST_F(PlanLintTest, FalseAbortsAreFound) {
  plan();
  made.actions[0] = MarkStopped{1, scene.now, Verdict::abort};
  scene.fleet.machines[1].shutdown_message = ShutdownMessage{200, "Success"};
  expect_finding("judged as an abort with code 200");
  expect_finding("created while it backs off");
  scene.fleet.machines[1].machinetype.reset();
  expect_finding("an orphan was judged as an abort");
}

TEST_F(PlanLintTest, HastyArchivingIsFound) {
  plan();
  act_first(ArchiveRecord{0});
  expect_finding("archived while it is listed");
  expect_finding("archived after 0 missed listings");
  scene.fleet.machines[0].created = scene.ago(300);
  expect_finding("archived while it may still come up");
}

TEST_F(PlanLintTest, FalseAnnouncementsAreFound) {
  scene.fleet.machines[0].shutdown_time = scene.now + Seconds{10};
  plan();
  act_first(AnnounceShutdown{0, scene.now + Seconds{20}});
  act_first(AnnounceShutdown{0, scene.now + Seconds{20}});
  expect_finding("told twice of the shutdown");
  expect_finding("told a shutdown that is not the space's");
  expect_finding("told a later end than before");
}

TEST_F(PlanLintTest, NamesThatAreTakenOrTellAnotherMachinetypeAreFound) {
  plan();
  creation(0).name = creation(1).name;
  creation(2).name = scene.fleet.machines[0].name;
  creation(3).name = make_machine_name(MachinetypeName{"idle"}, "abcdefghij");
  expect_finding("created twice");
  expect_finding("created with the name of a machine that exists");
  expect_finding("its name does not tell its machinetype");
}

TEST_F(PlanLintTest, CreationsThatTheSettingsForbidAreFound) {
  plan();
  creation(0).flavor.processors = 2;
  creation(1).flavor.name = FlavorName{"huge"};
  creation(2).zone = ZoneName{"north"};
  creation(3).shutdown_time = scene.now;
  creation(4).machinetype = MachinetypeIndex{1};
  creation(5).reason.clear();
  scene.type().min_processors = 3;
  for (const char* words :
       {"flavor small is not the cloud's", "flavor huge is not its machinetype's", "out of range",
        "its zone is not one of the space's", "not told of the space's end", "created without a share",
        "created without a reason", "10 creations are told of, 9"}) {
    expect_finding(words);
  }
}

TEST_F(PlanLintTest, CreationsAtTheWrongTimeAreFound) {
  plan();
  scene.creations = Creations::held;
  expect_finding("created while creations are held");
  scene.settings.shutdown_time = scene.now;
  expect_finding("created after the space's shutdown_time");
  scene.fleet.build_failures = {{FlavorName{"small"}, std::nullopt, 1, scene.now, {}}};
  expect_finding("still waits after failed builds");
}

TEST_F(PlanLintTest, CreationsInABackOffAreFound) {
  plan();
  scene.abort(599);
  expect_finding("created while it backs off");
  scene.abort(899);
  expect_finding("10 machines probe for work at once");
  scene.fleet.machines[0].started = scene.ago(299);
  expect_finding("created to probe beside");
}

TEST_F(PlanLintTest, EveryLimitThatIsPassedIsFound) {
  plan();
  scene.settings.processors_limit = 11;
  expect_finding("the space: 2 processors and 10 more pass the limit of 11");
  expect_finding("10 processors are created in one cycle, 2 are allowed");
  scene.fleet.quota = {11, 12 * 2048 - 1, 11, 0, 0, 0};
  expect_finding("the quota: 2 processors and 10 more pass the limit of 11");
  expect_finding("the quota: 4096 MB and 20480 more pass the limit of 24575");
  expect_finding("the quota: 2 machines and 10 more pass the limit of 11");
  scene.type().processors_limit = 11;
  expect_finding("prod: 2 processors and 10 more pass the limit of 11");
  scene.type().max_starting_processors = 9;
  expect_finding("prod: 0 starting processors and 10 more pass the limit of 9");
}

TEST_F(PlanLintTest, ActionsOnMachinesComeBeforeCreations) {
  plan();
  std::ranges::reverse(made.actions);
  expect_finding("acted on after creations began");
}

TEST_F(PlanLintTest, ExplanationsThatAreMissingOrFalseAreFound) {
  plan();
  made.machinetypes[0].why.clear();
  made.machinetypes[1].wait = WaitReason::backing_off;
  expect_finding("prod: the plan does not say why");
  expect_finding("idle: it waits, with no abort or no end told");
  std::swap(made.machinetypes[0].name, made.machinetypes[1].name);
  expect_finding("machinetype prod is told of as idle");
  made.machinetypes.clear();
  expect_finding("the plan speaks of 0 machinetypes, not of 2");
}

TEST_F(PlanLintTest, FaultsOfAccountingAreFound) {
  plan();
  const TimePoint started = *scene.fleet.machines[1].started;
  made.actions.push_back(AccountMachine{1, started, scene.now});
  expect_finding("accounted twice");
  made.actions.clear();
  act_first(AccountMachine{1, started, scene.now});
  expect_finding("accounted before its end was on record");
  scene.fleet.machines[1].stopped = started + Seconds{299};
  made.actions = {AccountMachine{1, started, started + Seconds{299}}};
  expect_finding("accounted for a life of 299 s");
}

TEST_F(PlanLintTest, ARecordThatGoesUnaccountedIsFound) {
  Machine& machine = scene.add(MachineState::unlisted);
  machine.started = scene.ago(1000);
  machine.missed_listings = 2;
  plan();
  std::erase_if(made.actions,
                [](const Action& action) { return std::holds_alternative<AccountMachine>(action); });
  expect_finding("archived before it was accounted");
}

}  // namespace
}  // namespace vacuum
