#include "control/executor.hpp"

#include <gtest/gtest.h>

#include "control/testing/fake_ports.hpp"
#include "ports/testing/fake_cloud.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

const SpaceName kSpace{"space"};
const MachineName kName{"vcycle-prod-aaaaaaaaaa"};

class ExecutorTest : public ::testing::Test, protected FakePorts {
 protected:
  ExecutorTest() {
    settings.name = kSpace;
    settings.https_host = "host";
    settings.machinetypes.resize(1);
    settings.machinetypes[0].name = MachinetypeName{"prod"};
    settings.machinetypes[0].user_data.location = "/template";
    settings.machinetypes[0].root_image.location = "os";
    files.files["/template"] = "name=##user_data_machine_hostname##\n";
  }

  CycleOutcome carry_out() { return carry_out_by(executor); }
  CycleOutcome carry_out_by(Executor& acting) {
    WrittenIntents written = run(loop, write_intents(store, plan, settings, identity, clock.now()));
    CycleOutcome outcome =
        run(loop, acting.carry_out(plan, fleet, settings, proxies, memories, std::move(written.intents)));
    if (!written.error.empty()) outcome.store_error = written.error;
    return outcome;
  }

  void plan_creation(MachineName name = kName) {
    plan.actions.push_back(
        CreateMachine{.name = std::move(name), .flavor = cloud.offered[0], .reason = "share"});
  }

  Machine& add_machine(MachineState state) {
    Machine machine;
    machine.name = kName;
    machine.server_id = ServerId{"id-" + kName.text()};
    machine.machinetype = MachinetypeIndex{0};
    machine.machinetype_name = MachinetypeName{"prod"};
    machine.state = state;
    machine.created = clock.now();
    fleet.machines.push_back(machine);
    auto& entry = store.spaces[kSpace].current[kName];
    entry.record = record_of(machine, ManagerName{"me"});
    if (state != MachineState::unlisted) cloud.add_server(kName.text(), state);
    return fleet.machines.back();
  }

  [[nodiscard]] bool has_record() { return store.spaces[kSpace].current.contains(kName); }

  boost::asio::io_context loop;
  FakeCloud cloud;
  SpaceSettings settings;
  Fleet fleet;
  Plan plan;
  ProxyIssuers proxies;
  MachineMemories memories;
  ManagerIdentity identity{ManagerName{"me"}, "Vacuum 1", IncarnationId{"me~0123456789"}};
  Executor executor{cloud, ports(), identity};
};

TEST_F(ExecutorTest, TheIntentIsOnRecordBeforeTheCloudIsAsked) {
  plan_creation();
  store.fail_next({StoreDecision::retry, "disk full"}, "add");
  const auto outcome = carry_out();
  EXPECT_EQ(outcome.store_error, "disk full");
  EXPECT_TRUE(cloud.requests.empty());
}

TEST_F(ExecutorTest, ACreationIsTheStartOfAStory) {
  plan_creation();
  carry_out();
  ASSERT_EQ(events.events.size(), 1u);
  const Event& told = events.events[0];
  EXPECT_EQ(told.kind, EventKind::created);
  EXPECT_EQ(told.machine, kName);
  EXPECT_EQ(told.machinetype, MachinetypeName{"prod"});
  EXPECT_EQ(told.reason, "share");
  EXPECT_EQ(detail(told, "flavor"), cloud.offered[0].name.text());
  EXPECT_EQ(detail(told, "server_id"), "id-" + kName.text());
}

TEST_F(ExecutorTest, ManyRefusalsOfOneMachinetypeInACycleAreOneEvent) {
  for (int i = 0; i < 3; ++i) {
    plan_creation(MachineName{fmt::format("vcycle-prod-{:010}", i)});
    cloud.next_creates.push_back(CloudError{CloudDecision::retry, "503"});
  }
  EXPECT_EQ(carry_out().creations_failed, 3);
  ASSERT_EQ(events.events.size(), 1u);
  EXPECT_EQ(events.events[0].kind, EventKind::creation_refused);
}

TEST_F(ExecutorTest, ADeletionThatIsRefusedAgainAndAgainIsToldOnceAndItsEndToo) {
  add_machine(MachineState::running);
  plan.actions = {DeleteMachine{.machine = 0, .reason = DeleteReason::heartbeat}};
  cloud.fail_remove = CloudError{CloudDecision::retry, "500"};
  for (int i = 0; i < 3; ++i) carry_out();
  cloud.fail_remove.reset();
  carry_out();
  ASSERT_EQ(events.events.size(), 2u);
  EXPECT_EQ(events.events[0].kind, EventKind::deletion_refused);
  EXPECT_EQ(events.events[1].kind, EventKind::deleted);
  EXPECT_EQ(detail(events.events[1], "delete_reason"), "heartbeat");
}

TEST_F(ExecutorTest, WhatAMachineWasJudgedAndDeletedForIsOnItsRecord) {
  add_machine(MachineState::shutdown).shutdown_message = ShutdownMessage{300, "No work"};
  fleet.machines[0].started = clock.now() - Seconds{40};
  plan.actions = {MarkStopped{0, clock.now(), Verdict::abort, "300 No work"},
                  DeleteMachine{.machine = 0, .reason = DeleteReason::over}};
  carry_out();
  const auto& kept = store.spaces[kSpace].current[kName].files;
  EXPECT_EQ(kept.at("judgement").content, "abort 300 No work\n");
  EXPECT_EQ(kept.at("deletion").content, "over me over\n");
  ASSERT_FALSE(events.events.empty());
  EXPECT_EQ(events.events[0].kind, EventKind::stopped);
  EXPECT_EQ(events.events[0].details,
            (std::vector<EventDetail>{{"verdict", "abort"}, {"code", "300"}, {"ran_seconds", "40"}}));
}

TEST_F(ExecutorTest, WhatTheDirectoryDidNotTakeIsNoEvent) {
  add_machine(MachineState::running);
  plan.actions = {MarkStarted{0, clock.now()}};
  store.fail_next({StoreDecision::retry, "disk full"}, "update");
  carry_out();
  EXPECT_TRUE(events.events.empty());
}

TEST_F(ExecutorTest, ACreatedMachineHasItsCloudIdOnRecord) {
  plan_creation();
  const auto outcome = carry_out();
  EXPECT_EQ(outcome.created, 1);
  ASSERT_TRUE(has_record());
  EXPECT_EQ(store.spaces[kSpace].current[kName].record.server_id, ServerId{"id-" + kName.text()});
  ASSERT_EQ(cloud.requests.size(), 1u);
  EXPECT_EQ(cloud.requests[0].user_data, "name=" + kName.text() + "\n");
  EXPECT_EQ(cloud.requests[0].image, "os");
}

TEST_F(ExecutorTest, ARefusedCreationLeavesNoRecordBehind) {
  plan_creation();
  cloud.next_creates = {
      CloudError{CloudDecision::refused, "quota", {}, Fault{FaultKind::quota, "Quota exceeded"}}};
  const auto outcome = carry_out();
  EXPECT_EQ(outcome.creations_failed, 1);
  EXPECT_FALSE(has_record());
  ASSERT_EQ(outcome.refused.size(), 1u);
  EXPECT_EQ(outcome.refused[0].fault->kind, FaultKind::quota);
}

TEST_F(ExecutorTest, AnImageThatIsNotThereIsNoFaultOfTheFlavorThatOthersUseToo) {
  plan_creation();
  cloud.next_creates = {
      CloudError{CloudDecision::refused, "no image \"os\"", {}, Fault{FaultKind::image, "no image"}}};
  const auto outcome = carry_out();
  EXPECT_FALSE(has_record());
  EXPECT_TRUE(outcome.refused.empty());
  ASSERT_EQ(outcome.templates_missing.size(), 1u);
  EXPECT_EQ(outcome.templates_missing.at(MachinetypeIndex{0}), "no image \"os\"");
}

TEST_F(ExecutorTest, ACreationWhoseAnswerIsLostIsFoundByNameAndNotRepeated) {
  plan_creation();
  cloud.next_creates = {CloudError{CloudDecision::unsure, "connection closed"}};
  const auto outcome = carry_out();
  EXPECT_EQ(outcome.created, 1);
  EXPECT_EQ(cloud.servers.size(), 1u);
  EXPECT_EQ(store.spaces[kSpace].current[kName].record.server_id, ServerId{"id-" + kName.text()});
}

TEST_F(ExecutorTest, AnUnsureCreationThatIsNotFoundKeepsItsIntent) {
  plan_creation();
  cloud.unsure_is_done = false;
  cloud.next_creates = {CloudError{CloudDecision::unsure, "connection closed"}};
  const auto outcome = carry_out();
  EXPECT_TRUE(has_record());
  EXPECT_TRUE(store.spaces[kSpace].current[kName].record.server_id.empty());
  EXPECT_EQ(cloud.requests.size(), 1u);
}

TEST_F(ExecutorTest, AfterWrongCredentialsNoFurtherCreationBegins) {
  for (int i = 0; i < 600; ++i) plan_creation(MachineName{fmt::format("vcycle-prod-{:010}", i)});
  for (int i = 0; i < 600; ++i)
    cloud.next_creates.push_back(CloudError{CloudDecision::give_up, "wrong password"});
  carry_out();
  EXPECT_LT(cloud.requests.size(), 600u);
  EXPECT_TRUE(store.spaces[kSpace].current.empty());
}

TEST_F(ExecutorTest, ARetryAfterIsToldToTheLoop) {
  plan_creation();
  cloud.next_creates = {CloudError{CloudDecision::retry, "busy", Seconds{90}, {}}};
  EXPECT_EQ(carry_out().hold_creations, Seconds{90});
  EXPECT_FALSE(has_record());
}

TEST_F(ExecutorTest, OneFailedDeletionStopsNoOther) {
  add_machine(MachineState::shutdown);
  Machine other = fleet.machines[0];
  other.name = MachineName{"vcycle-prod-bbbbbbbbbb"};
  other.server_id = ServerId{"id-" + other.name.text()};
  fleet.machines.push_back(other);
  cloud.add_server(other.name.text(), MachineState::shutdown);
  store.spaces[kSpace].current[other.name].record = record_of(other, ManagerName{"me"});
  plan.actions = {DeleteMachine{.machine = 0}, DeleteMachine{.machine = 1}};
  cloud.fail_remove = CloudError{CloudDecision::retry, "500"};
  EXPECT_EQ(carry_out().deletions_failed, 2);
  EXPECT_FALSE(store.spaces[kSpace].current[kName].record.deleted)
      << "a refused deletion is tried again at once";
  cloud.fail_remove.reset();
  EXPECT_EQ(carry_out().deletions_accepted, 2);
  EXPECT_TRUE(store.spaces[kSpace].current[kName].record.deleted);
}

TEST_F(ExecutorTest, AMachineThatIsGoneAlreadyCountsAsDeleted) {
  add_machine(MachineState::shutdown);
  cloud.servers.clear();
  plan.actions = {DeleteMachine{.machine = 0}};
  EXPECT_EQ(carry_out().deletions_accepted, 1);
}

TEST_F(ExecutorTest, TheDeletionsMessageIsLeftBeforeTheMachineGoes) {
  add_machine(MachineState::running);
  plan.actions = {DeleteMachine{.machine = 0,
                                .reason = DeleteReason::max_wallclock,
                                .message = ShutdownMessage{700, "Exceeded max_wallclock_seconds"}}};
  carry_out();
  EXPECT_EQ(store.spaces[kSpace].current[kName].joboutputs["shutdown_message"].content,
            "700 Exceeded max_wallclock_seconds");
}

TEST_F(ExecutorTest, TheAbortIsOnRecordBeforeTheMachineCountsAsJudged) {
  add_machine(MachineState::shutdown);
  plan.actions = {
      MarkStopped{.machine = 0, .stopped = clock.now(), .verdict = Verdict::abort, .reason = "300 No work"}};
  store.fail_next({StoreDecision::retry, "disk full"}, "update");
  EXPECT_FALSE(carry_out().store_error.empty());
  EXPECT_EQ(store.spaces[kSpace].last_aborts[MachinetypeName{"prod"}].message, "300 No work");
  EXPECT_FALSE(store.spaces[kSpace].current[kName].record.stopped);
}

TEST_F(ExecutorTest, WhereTheDirectoryFailsNothingIsAskedOfTheCloud) {
  add_machine(MachineState::shutdown);
  plan.actions = {MarkStopped{.machine = 0, .stopped = clock.now()}, DeleteMachine{.machine = 0}};
  plan_creation(MachineName{"vcycle-prod-cccccccccc"});
  store.fail_all(StoreError{StoreDecision::retry, "read-only file system"});
  carry_out();
  EXPECT_TRUE(cloud.removed.empty());
  EXPECT_TRUE(cloud.requests.empty());
}

TEST_F(ExecutorTest, AMachinetypeWithoutItsTemplateStopsAlone) {
  settings.machinetypes.push_back(settings.machinetypes[0]);
  settings.machinetypes[1].name = MachinetypeName{"user"};
  settings.machinetypes[1].user_data.location = "/nowhere";
  plan_creation();
  plan.actions.push_back(CreateMachine{.name = MachineName{"vcycle-user-aaaaaaaaaa"},
                                       .machinetype = MachinetypeIndex{1},
                                       .flavor = cloud.offered[0]});
  const auto outcome = carry_out();
  EXPECT_EQ(outcome.created_by_type, (std::vector<int>{1, 0}));
  ASSERT_EQ(outcome.notes.size(), 1u);
  EXPECT_NE(outcome.notes[0].find("/nowhere"), std::string::npos);
}

TEST_F(ExecutorTest, AnAdoptedMachineGetsARecord) {
  add_machine(MachineState::running);
  store.spaces[kSpace].current.clear();
  fleet.machines[0].record = RecordState::absent;
  plan.actions = {AdoptMachine{.machine = 0, .reason = "no record"}};
  carry_out();
  ASSERT_TRUE(has_record());
  EXPECT_EQ(store.spaces[kSpace].current[kName].record.machinetype, MachinetypeName{"prod"});
}

TEST_F(ExecutorTest, AMachineThatAnotherManagerAdoptedFirstIsLeftToIt) {
  add_machine(MachineState::shutdown);
  store.spaces[kSpace].current[kName].record.incarnation = IncarnationId{"other~0123456789"};
  fleet.machines[0].record = RecordState::absent;
  plan.actions = {AdoptMachine{.machine = 0}, MarkStarted{.machine = 0, .started = clock.now()},
                  MarkStopped{.machine = 0, .stopped = clock.now(), .verdict = Verdict::abort},
                  AccountMachine{.machine = 0}, DeleteMachine{.machine = 0}};
  const auto outcome = carry_out();
  EXPECT_EQ(outcome.store_error, "");
  EXPECT_EQ(store.count_calls("update"), 0);
  EXPECT_TRUE(store.spaces[kSpace].last_aborts.empty());
  EXPECT_TRUE(accounting.records.empty());
  EXPECT_TRUE(events.events.empty());
  EXPECT_TRUE(cloud.removed.empty());
}

TEST_F(ExecutorTest, NothingMoreIsDoneWithAMachineWhoseRecordWent) {
  add_machine(MachineState::shutdown);
  store.spaces[kSpace].current.clear();
  plan.actions = {MarkStopped{.machine = 0, .stopped = clock.now()}, DeleteMachine{.machine = 0}};
  const auto outcome = carry_out();
  EXPECT_EQ(outcome.store_error, "");
  EXPECT_TRUE(cloud.removed.empty());
}

TEST_F(ExecutorTest, AnnouncedShutdownTimesAreInBothFeatures) {
  add_machine(MachineState::running);
  plan.actions = {AnnounceShutdown{.machine = 0,
                                   .shutdown_time = from_unix(1800000500),
                                   .cause = ShutdownCause::preemption,
                                   .reason = "machinetype test is below its share"}};
  carry_out();
  auto& entry = store.spaces[kSpace].current[kName];
  EXPECT_EQ(entry.files["machinefeatures/shutdowntime"].content, "1800000500\n");
  EXPECT_EQ(entry.files["jobfeatures/shutdowntime_job"].content, "1800000500\n");
  ASSERT_EQ(events.events.size(), 1u);
  EXPECT_EQ(events.events[0].kind, EventKind::shutdown_announced);
  EXPECT_EQ(events.events[0].reason, "to end by 2027-01-15T08:08:20Z: machinetype test is below its share");
  EXPECT_EQ(detail(events.events[0], "cause"), "preemption");
}

TEST_F(ExecutorTest, TheGraceOfAPreemptibleMachinetypeIsPromisedAtTheCreationAndAnAdoption) {
  settings.machinetypes[0].preemptible_grace = Seconds{900};
  plan_creation();
  carry_out();
  EXPECT_EQ(store.spaces[kSpace].current[kName].files["jobfeatures/grace_secs_job"].content, "900\n");
  EXPECT_EQ(store.spaces[kSpace].current[kName].record.promised_grace, Seconds{900});
  add_machine(MachineState::running);
  store.spaces[kSpace].current.clear();
  fleet.machines[0].record = RecordState::absent;
  plan.actions = {AdoptMachine{.machine = 0, .reason = "no record"}};
  carry_out();
  EXPECT_EQ(store.spaces[kSpace].current[kName].files["machinefeatures/grace_secs"].content, "900\n");
}

TEST_F(ExecutorTest, ATemplateByUrlIsFetchedAnewForEachCycleAndItsUrlIsToldToTheVm) {
  auto& type = settings.machinetypes[0];
  type.user_data = {TemplateSource::Kind::url, "https://vo.example/template"};
  type.root_image = {ImageSource::Kind::url, "https://vo.example/image"};
  fetcher.texts["https://vo.example/template"] = {.text = "##user_data_url## ##user_data_root_image_url##"};
  plan_creation();
  carry_out();
  EXPECT_TRUE(cloud.requests.empty()) << "its image is not there";
  const ReadyImages images{{MachinetypeIndex{0}, ImageId{"image-7"}}};
  Executor with_image{cloud, ports(), identity, images};
  carry_out_by(with_image);
  EXPECT_EQ(fetcher.requests.size(), 2u);
  EXPECT_LE(fetcher.requests[0].timeout, Milliseconds{10'000}) << "the cycle waits for it";
  ASSERT_EQ(cloud.requests.size(), 1u);
  EXPECT_EQ(cloud.requests[0].user_data, "https://vo.example/template https://vo.example/image");
  EXPECT_EQ(cloud.requests[0].image_id, ImageId{"image-7"});
}

// Spec 9: an error page is never taken for a template, and one machinetype's trouble is not another's.
TEST_F(ExecutorTest, ATemplateThatCannotBeFetchedStopsItsMachinetypeAlone) {
  settings.machinetypes.push_back(settings.machinetypes[0]);
  settings.machinetypes[1].name = MachinetypeName{"test"};
  settings.machinetypes[0].user_data = {TemplateSource::Kind::url, "https://vo.example/gone"};
  plan_creation();
  plan_creation(MachineName{"vcycle-test-aaaaaaaaaa"});
  std::get<CreateMachine>(plan.actions[1]).machinetype = MachinetypeIndex{1};
  const auto outcome = carry_out();
  ASSERT_EQ(cloud.requests.size(), 1u);
  EXPECT_EQ(cloud.requests[0].name.text(), "vcycle-test-aaaaaaaaaa");
  EXPECT_FALSE(has_record());
  EXPECT_EQ(outcome.templates_missing.at(MachinetypeIndex{0}),
            "user_data: https://vo.example/gone: status 404");
  EXPECT_EQ(outcome.templates_read, std::set{MachinetypeIndex{1}});
}

}  // namespace
}  // namespace vacuum
