#include "control/space_loop.hpp"

#include <gtest/gtest.h>

#include "control/testing/fake_ports.hpp"
#include "control/testing/small_space.hpp"
#include "ports/testing/fake_cloud.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

const SpaceName kSpace{"space"};

class SpaceLoopTest : public ::testing::Test, protected FakePorts {
 protected:
  SpaceLoopTest() {
    assignment.settings = small_space();
    files.files["/template"] = "#!/bin/sh\n";
    assignment.cloud = std::shared_ptr<Cloud>(&cloud, [](Cloud*) {});
  }

  SpaceLoop make_loop() { return SpaceLoop(ports(), {ManagerName{"me"}, "Vacuum 1"}, assignment, 7); }

  /// A new daemon on the same directory and cloud.
  SpaceLoop::CycleResult cycle(SpaceLoop& space) {
    cloud.now = clock.now();
    return run(loop, space.cycle(Milliseconds{60000}));
  }

  void set_states(MachineState state) {
    for (Server& server : cloud.servers) {
      server.state = state;
      if (state == MachineState::running && !server.started) server.started = clock.now();
      server.updated = clock.now();
    }
  }

  MemoryMachineStore::Space& records() { return store.spaces[kSpace]; }

  boost::asio::io_context loop;
  FakeCloud cloud;
  SpaceAssignment assignment;
};

TEST_F(SpaceLoopTest, AnEmptySpaceIsFilledToItsLimitAndNoFurther) {
  auto space = make_loop();
  EXPECT_EQ(cycle(space), SpaceLoop::CycleResult::done);
  EXPECT_EQ(cloud.servers.size(), 4u);
  cycle(space);
  EXPECT_EQ(cloud.servers.size(), 4u);
  EXPECT_EQ(records().current.size(), 4u);
}

TEST_F(SpaceLoopTest, ARestartNeitherDoublesNorLosesMachines) {
  auto first = make_loop();
  cycle(first);
  auto second = make_loop();
  cycle(second);
  EXPECT_EQ(cloud.servers.size(), 4u);
  EXPECT_TRUE(cloud.removed.empty());
}

TEST_F(SpaceLoopTest, AnIncompleteListingIsNoObservation) {
  auto space = make_loop();
  cycle(space);
  set_states(MachineState::shutdown);
  cloud.fail_list = CloudError{CloudDecision::retry, "page 2 did not come"};
  EXPECT_EQ(cycle(space), SpaceLoop::CycleResult::failed);
  EXPECT_TRUE(cloud.removed.empty());
  EXPECT_EQ(records().current.size(), 4u);
  EXPECT_NE(records().status.find("page 2 did not come"), std::string::npos);
}

TEST_F(SpaceLoopTest, AShortListingMovesNoRecordOfALiveMachine) {
  auto space = make_loop();
  cycle(space);
  set_states(MachineState::running);
  clock.advance(Seconds{4000});
  const auto all = cloud.servers;
  cloud.servers.clear();
  cycle(space);
  EXPECT_EQ(records().current.size(), 4u) << "one listing without a machine proves nothing";
  EXPECT_EQ(cloud.requests.size(), 4u) << "and its place is not given away";
  cloud.servers = all;
  cycle(space);
  EXPECT_EQ(records().current.size(), 4u);
  EXPECT_TRUE(records().deleted.empty());
}

TEST_F(SpaceLoopTest, AMachineThatFoundNoWorkMakesItsMachinetypeBackOff) {
  auto space = make_loop();
  cycle(space);
  set_states(MachineState::running);
  clock.advance(Seconds{60});
  cycle(space);
  const MachineName name = cloud.servers[0].name;
  records().current[name].joboutputs["shutdown_message"].content = "300 No more work";
  cloud.servers[0].state = MachineState::shutdown;
  clock.advance(Seconds{60});
  cloud.servers[0].updated = clock.now();
  cycle(space);
  EXPECT_EQ(records().last_aborts[MachinetypeName{"prod"}].machine, name);
  EXPECT_EQ(cloud.removed.size(), 1u);
  clock.advance(Seconds{60});
  cycle(space);
  EXPECT_EQ(cloud.requests.size(), 4u) << "nothing is created while it backs off";
  EXPECT_NE(records().status.find("300 No more work"), std::string::npos);
}

TEST_F(SpaceLoopTest, AVmWithoutRecordIsAdoptedAndCountedOnce) {
  cloud.add_server("vcycle-prod-aaaaaaaaaa", MachineState::running);
  auto space = make_loop();
  cycle(space);
  EXPECT_EQ(cloud.servers.size(), 4u);
  EXPECT_TRUE(records().current.contains(MachineName{"vcycle-prod-aaaaaaaaaa"}));
}

TEST_F(SpaceLoopTest, ALostAnswerCountsUntilTheListingsAndTimeDisproveIt) {
  cloud.unsure_is_done = false;
  for (int i = 0; i < 4; ++i) cloud.next_creates.push_back(CloudError{CloudDecision::unsure, "closed"});
  auto space = make_loop();
  cycle(space);
  clock.advance(Seconds{60});
  cycle(space);
  EXPECT_EQ(cloud.requests.size(), 4u);
  clock.advance(assignment.settings.create_window);
  cycle(space);
  EXPECT_TRUE(records().current.empty());
  cycle(space);
  EXPECT_EQ(cloud.servers.size(), 4u);
}

TEST_F(SpaceLoopTest, BuildsThatFailWaitInsteadOfBeingRepeatedEachCycle) {
  auto space = make_loop();
  cycle(space);
  for (Server& server : cloud.servers) {
    server.state = MachineState::failed;
    server.fault = Fault{FaultKind::no_valid_host, "No valid host was found."};
  }
  clock.advance(Seconds{10});
  cycle(space);
  EXPECT_EQ(cloud.removed.size(), 4u);
  clock.advance(Seconds{10});
  cycle(space);
  EXPECT_EQ(cloud.requests.size(), 4u);
  ASSERT_EQ(records().build_failures.size(), 1u);
  EXPECT_EQ(records().build_failures[0].consecutive, 1);
}

TEST_F(SpaceLoopTest, AnAdaptiveRampIsRememberedAndMovesWithWhatBecomesOfMachines) {
  assignment.settings.ramp = RampKind::adaptive;
  assignment.settings.processors_limit = 100;
  assignment.settings.max_created_percent = 4;
  auto space = make_loop();
  cycle(space);
  EXPECT_EQ(cloud.servers.size(), 4u);
  EXPECT_EQ(records().ramp->step_millionths, 40'000);
  set_states(MachineState::running);
  clock.advance(Seconds{60});
  cycle(space);
  clock.advance(Seconds{600});
  auto restarted = make_loop();
  cycle(restarted);
  EXPECT_EQ(records().ramp->step_millionths, 80'000);
  EXPECT_EQ(cloud.servers.size(), 4u + 4u + 8u);
  EXPECT_EQ(events.events.back().kind, EventKind::ramp_changed);
  cloud.next_creates.push_back(CloudError{CloudDecision::retry, "503"});
  clock.advance(Seconds{60});
  cycle(restarted);
  EXPECT_EQ(records().ramp->step_millionths, 40'000);
  EXPECT_NE(records().status.find("halved: a creation failed: 503"), std::string::npos);
}

TEST_F(SpaceLoopTest, AFixedRampAsksTheDirectoryForNothing) {
  auto space = make_loop();
  cycle(space);
  EXPECT_EQ(store.count_calls("ramp") + store.count_calls("set_ramp"), 0);
}

TEST_F(SpaceLoopTest, AnImageThatIsNotThereDoesNotHalveTheRamp) {
  assignment.settings.ramp = RampKind::adaptive;
  cloud.next_creates.push_back(
      CloudError{CloudDecision::refused, "no image", {}, Fault{FaultKind::image, "no image"}});
  auto space = make_loop();
  cycle(space);
  EXPECT_EQ(records().ramp->step_millionths, 1'000'000);
}

TEST_F(SpaceLoopTest, AYoungHeartbeatIsNotReadAgainAndAnOldOneEndsTheMachine) {
  assignment.settings.machinetypes[0].heartbeat = HeartbeatRule{"heartbeat", Seconds{600}};
  auto space = make_loop();
  cycle(space);
  set_states(MachineState::running);
  cycle(space);
  clock.advance(Seconds{700});
  for (auto& [name, entry] : records().current) entry.joboutputs["heartbeat"].written = clock.now();
  cycle(space);
  const int asked = store.count_calls("heartbeats");
  clock.advance(Seconds{300});
  cycle(space);
  EXPECT_EQ(store.count_calls("heartbeats"), asked);
  clock.advance(Seconds{300});
  cycle(space);
  EXPECT_EQ(store.count_calls("heartbeats"), asked + 1);
  EXPECT_TRUE(cloud.removed.empty());
  clock.advance(Seconds{1});
  cycle(space);
  EXPECT_EQ(cloud.removed.size(), 4u);
}

TEST_F(SpaceLoopTest, APauseThatTheCloudAsksForIsKept) {
  cloud.next_creates = {CloudError{CloudDecision::retry, "busy", Seconds{90}, {}}};
  auto space = make_loop();
  cycle(space);
  const auto asked = cloud.requests.size();
  clock.advance(Seconds{60});
  cycle(space);
  EXPECT_EQ(cloud.requests.size(), asked);
  clock.advance(Seconds{31});
  cycle(space);
  EXPECT_GT(cloud.requests.size(), asked);
}

TEST_F(SpaceLoopTest, HeldCreationsLeaveTheRestOfTheCycleAsItIs) {
  auto space = make_loop();
  cycle(space);
  set_states(MachineState::shutdown);
  assignment.creations_held_because = "the configuration has errors";
  space.assign(assignment);
  clock.advance(Seconds{60});
  cycle(space);
  EXPECT_EQ(cloud.removed.size(), 4u);
  EXPECT_EQ(cloud.requests.size(), 4u);
}

TEST_F(SpaceLoopTest, ADrainedMachinetypeGetsNoNewMachinesAndKeepsThoseThatRun) {
  auto space = make_loop();
  cycle(space);
  set_states(MachineState::running);
  cloud.servers.pop_back();
  orders.spaces[kSpace][OrderKey::drain(MachinetypeName{"prod"})] = {clock.now(), "ann", "new network"};
  for (int i = 0; i < 3; ++i) {
    clock.advance(Seconds{400});
    cycle(space);
  }
  EXPECT_EQ(cloud.requests.size(), 4u);
  EXPECT_EQ(cloud.servers.size(), 3u);
  EXPECT_NE(records().status.find("ordered by ann: new network"), std::string::npos);
  orders.spaces[kSpace].clear();
  cycle(space);
  EXPECT_EQ(cloud.servers.size(), 4u);
}

TEST_F(SpaceLoopTest, AMachineThatAnOperatorWantsDeletedGoesAndTheOrderWithIt) {
  auto space = make_loop();
  cycle(space);
  set_states(MachineState::running);
  clock.advance(Seconds{10});
  cycle(space);
  const MachineName name = cloud.servers[0].name;
  orders.spaces[kSpace][OrderKey::remove(name)] = {clock.now(), "ann", "kernel hangs"};
  cycle(space);
  ASSERT_EQ(cloud.removed.size(), 1u);
  EXPECT_EQ(records().current[name].joboutputs["shutdown_message"].content,
            "100 Deleted by an operator: kernel hangs");
  for (int i = 0; i < 4; ++i) {
    clock.advance(Seconds{400});
    cycle(space);
  }
  EXPECT_TRUE(records().deleted.contains(name));
  EXPECT_TRUE(records().last_aborts.empty()) << "it is no abort";
  EXPECT_EQ(orders.withdrawn, (std::vector<OrderKey>{OrderKey::remove(name)}));
}

TEST_F(SpaceLoopTest, HeldDeletionsWaitAndAreToldOnce) {
  auto space = make_loop();
  cycle(space);
  set_states(MachineState::shutdown);
  orders.spaces[kSpace][OrderKey::hold_deletions()] = {clock.now(), "ann", ""};
  for (int i = 0; i < 3; ++i) {
    clock.advance(Seconds{60});
    cycle(space);
  }
  EXPECT_TRUE(cloud.removed.empty());
  EXPECT_EQ(std::ranges::count(events.events, EventKind::deletions_held, &Event::kind), 1);
  orders.spaces[kSpace].clear();
  cycle(space);
  EXPECT_EQ(cloud.removed.size(), 4u);
}

TEST_F(SpaceLoopTest, WhereTheOrdersCannotBeReadNothingIsDone) {
  auto space = make_loop();
  cycle(space);
  set_states(MachineState::shutdown);
  orders.fail = StoreError{StoreDecision::retry, "shared is not mounted"};
  EXPECT_EQ(cycle(space), SpaceLoop::CycleResult::failed);
  EXPECT_TRUE(cloud.removed.empty()) << "deletions might be held";
  EXPECT_NE(records().status.find("shared is not mounted"), std::string::npos);
}

TEST_F(SpaceLoopTest, AQuietCycleTellsNoEvents) {
  auto space = make_loop();
  cycle(space);
  set_states(MachineState::running);
  clock.advance(Seconds{60});
  cycle(space);
  events.events.clear();
  for (int i = 0; i < 5; ++i) {
    clock.advance(Seconds{60});
    cycle(space);
  }
  EXPECT_TRUE(events.events.empty());
}

TEST_F(SpaceLoopTest, AFullDirectoryLeavesTheCloudAlone) {
  auto space = make_loop();
  store.fail_all(StoreError{StoreDecision::retry, "No space left on device"});
  EXPECT_EQ(cycle(space), SpaceLoop::CycleResult::failed);
  EXPECT_TRUE(cloud.requests.empty());
}

TEST_F(SpaceLoopTest, CyclesBeginAnIntervalApartUntilTheStop) {
  auto space = make_loop();
  std::stop_source stop;
  boost::asio::co_spawn(loop, space.run(Milliseconds{60000}, stop.get_token()), boost::asio::detached);
  settle(loop);
  EXPECT_EQ(store.count_calls("publish_status"), 1);
  clock.advance(Milliseconds{60000});
  settle(loop);
  EXPECT_EQ(store.count_calls("publish_status"), 2);
  stop.request_stop();
  settle(loop);
  EXPECT_EQ(clock.sleepers(), 0u);
}

TEST_F(SpaceLoopTest, AMachinetypeWhoseImageIsNotThereIsHeldAndTriedAgainEverLater) {
  auto space = make_loop();
  for (int i = 0; i < 11; ++i) {
    cloud.next_creates.assign(
        1, CloudError{CloudDecision::refused, "no image \"os\"", {}, Fault{FaultKind::image, "no image"}});
    cycle(space);
    cloud.servers.clear();
    clock.advance(Seconds{60});
  }
  EXPECT_LT(cloud.requests.size(), 20u);
  EXPECT_NE(records().status.find("next try in"), std::string::npos);
  ASSERT_EQ(faults.of(kSpace).size(), 1u);
  EXPECT_NE(faults.of(kSpace)[0].sentence.find("no image"), std::string::npos);
  EXPECT_TRUE(records().build_failures.empty());
}

TEST_F(SpaceLoopTest, ATemplateThatCannotBeHadIsTriedAgainEverLater) {
  assignment.settings.machinetypes[0].user_data = {TemplateSource::Kind::url, "http://vo.example/t"};
  auto space = make_loop();
  const auto cycles = [&](int count) {
    for (int i = 0; i < count; ++i) {
      cycle(space);
      clock.advance(Seconds{60});
    }
  };
  cycles(1);
  EXPECT_EQ(fetcher.requests.size(), 1u);
  cycles(10);
  EXPECT_LT(fetcher.requests.size(), 6u);
  EXPECT_NE(records().status.find("http://vo.example/t: status 404; next try in"), std::string::npos);
  ASSERT_EQ(faults.of(kSpace).size(), 1u);
  EXPECT_EQ(faults.of(kSpace)[0].source, "templates of machinetype prod");
  EXPECT_TRUE(cloud.servers.empty());
  fetcher.texts["http://vo.example/t"] = {.text = "#!/bin/sh\n"};
  cycles(10);
  EXPECT_EQ(cloud.servers.size(), 4u);
  EXPECT_TRUE(faults.of(kSpace).empty());
}

TEST_F(SpaceLoopTest, ATemplateThatIsConfiguredAnewIsTriedAtOnce) {
  auto& type = assignment.settings.machinetypes[0];
  type.user_data = {TemplateSource::Kind::url, "http://vo.example/wrong"};
  auto space = make_loop();
  cycle(space);
  clock.advance(Seconds{1});
  type.user_data = {TemplateSource::Kind::file, "/template"};
  space.assign(assignment);
  cycle(space);
  EXPECT_EQ(cloud.servers.size(), 4u);
}

}  // namespace
}  // namespace vacuum
