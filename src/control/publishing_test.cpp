#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "control/space_loop.hpp"
#include "control/testing/fake_ports.hpp"
#include "ports/testing/fake_cloud.hpp"
#include "ports/testing/run.hpp"
#include "reports/status_document.hpp"

namespace vacuum {
namespace {

using ::testing::HasSubstr;

const SpaceName kSpace{"vcycle01.example.org"};
const HostPort kVacMon{"vacmon.example.org", 8884};

/// What a cycle tells others: accounting records, monitors, lists of live machines, the status.
class PublishingTest : public ::testing::Test, protected FakePorts {
 protected:
  PublishingTest() {
    SpaceSettings& settings = assignment.settings;
    settings.name = kSpace;
    settings.gocdb_sitename = "EXAMPLE";
    settings.sends_accounting = true;
    settings.processors_limit = 4;
    settings.vacmons = {kVacMon};
    settings.machinetypes.resize(1);
    MachinetypeSettings& type = settings.machinetypes[0];
    type.name = MachinetypeName{"prod"};
    type.fizzle = Seconds{600};
    type.flavors = {FlavorName{"small"}};
    type.accounting_fqan = "/vo/Role=NULL";
    type.hs06_per_processor = 10;
    type.user_data.location = "/template";
    type.root_image.location = "os";
    files.files["/template"] = "proxies=##user_data_option_cvmfs_proxy##\n";
    assignment.cloud = std::shared_ptr<Cloud>(&cloud, [](Cloud*) {});
  }

  void make_loop() {
    space =
        std::make_unique<SpaceLoop>(ports(), ManagerIdentity{ManagerName{"me"}, "Vacuum 1"}, assignment, 7);
  }
  SpaceLoop::CycleResult cycle() {
    if (!space) make_loop();
    cloud.now = clock.now();
    return run(loop, space->cycle(Milliseconds{60000}));
  }
  Server& add_running(const std::string& name) {
    Server& server = cloud.add_server(name, MachineState::running);
    server.started = clock.now();
    server.created = clock.now();
    server.ip = "10.0.0.1";
    return server;
  }
  void stop(Server& server) {
    server.state = MachineState::shutdown;
    server.updated = clock.now();
  }
  /// The messages of a type that were sent since the last call.
  std::vector<boost::json::object> messages(const std::string& type) {
    std::vector<boost::json::object> found;
    for (const auto& [place, text] : datagrams.sent) {
      auto message = boost::json::parse(text).as_object();
      if (std::string_view(message.at("message_type").as_string()) == type)
        found.push_back(std::move(message));
    }
    return found;
  }
  StatusDocument status() { return read_status(store.spaces[kSpace].status).value(); }

  boost::asio::io_context loop;
  FakeCloud cloud;
  SpaceAssignment assignment;
  std::unique_ptr<SpaceLoop> space;
};

TEST_F(PublishingTest, AFinishedMachineIsAccountedOnceThroughRestarts) {
  Server& server = add_running("vcycle-prod-aaaaaaaaaa");
  cycle();
  clock.advance(Seconds{3600});
  stop(server);
  for (int i = 0; i < 3; ++i) {
    make_loop();
    cycle();
  }
  ASSERT_EQ(accounting.records.size(), 1u);
  EXPECT_EQ(accounting.calls, 1);
  const AccountingRecord& record = accounting.records.begin()->second;
  EXPECT_THAT(record.text, HasSubstr("Site: EXAMPLE\n"));
  EXPECT_THAT(record.text, HasSubstr("SubmitHost: vcycle01.example.org/vcycle-me\n"));
  EXPECT_THAT(record.text, HasSubstr("LocalJobId: id-vcycle-prod-aaaaaaaaaa\n"));
  EXPECT_THAT(record.text, HasSubstr("FQAN: /vo/Role=NULL\n"));
  EXPECT_THAT(record.text, HasSubstr("WallDuration: 3600\n"));
  EXPECT_THAT(record.text, HasSubstr("MemoryReal: 2097152\n"));
  EXPECT_THAT(record.text, HasSubstr("ServiceLevel: 10.0\n"));
  EXPECT_EQ(record.sending, AccountingRecord::Sending::send);
}

TEST_F(PublishingTest, WhatWasKnownAtTheCreationIsAccountedWhateverIsConfiguredLater) {
  assignment.settings.machinetypes[0].target_share = 1;
  cycle();
  ASSERT_EQ(cloud.servers.size(), 1u);
  cloud.servers[0].state = MachineState::running;
  cloud.servers[0].started = clock.now();
  cycle();
  clock.advance(Seconds{3600});
  stop(cloud.servers[0]);
  MachinetypeSettings& type = assignment.settings.machinetypes[0];
  type.target_share = 0;
  type.accounting_fqan = "/other";
  type.hs06_per_processor = 99;
  make_loop();
  cycle();
  ASSERT_EQ(accounting.records.size(), 1u);
  EXPECT_THAT(accounting.records.begin()->second.text, HasSubstr("FQAN: /vo/Role=NULL\n"));
  EXPECT_THAT(accounting.records.begin()->second.text, HasSubstr("ServiceLevel: 10.0\n"));
}

TEST_F(PublishingTest, ADiskThatTakesNoAccountingIsAFaultAndStopsNothingElse) {
  Server& server = add_running("vcycle-prod-aaaaaaaaaa");
  cycle();
  clock.advance(Seconds{3600});
  stop(server);
  accounting.fails = true;
  for (int i = 0; i < 4; ++i) {
    clock.advance(Seconds{60});
    EXPECT_EQ(cycle(), SpaceLoop::CycleResult::done);
  }
  EXPECT_EQ(cloud.removed.size(), 1u);
  EXPECT_EQ(store.spaces[kSpace].current.size(), 1u) << "the record waits for its accounting";
  ASSERT_EQ(status().faults.size(), 1u);
  EXPECT_EQ(status().faults[0].source, "accounting");
  accounting.fails = false;
  cycle();
  EXPECT_EQ(accounting.records.size(), 1u);
  EXPECT_TRUE(store.spaces[kSpace].current.empty());
  EXPECT_TRUE(status().faults.empty());
  EXPECT_EQ(status().totals.accounted, 1);
}

TEST_F(PublishingTest, AMachineThatVanishedIsAccountedUntilItsLastHeartbeat) {
  assignment.settings.machinetypes[0].heartbeat = HeartbeatRule{"vm-heartbeat", Seconds{600}};
  add_running("vcycle-prod-aaaaaaaaaa");
  cycle();
  clock.advance(Seconds{3600});
  auto& outputs = store.spaces[kSpace].current.begin()->second.joboutputs;
  outputs["vm-heartbeat"].written = clock.now();
  clock.advance(Seconds{300});
  cloud.servers.clear();
  for (int i = 0; i < 3; ++i) cycle();
  ASSERT_EQ(accounting.records.size(), 1u);
  EXPECT_THAT(accounting.records.begin()->second.text, HasSubstr("WallDuration: 3600\n"));
  EXPECT_EQ(store.spaces[kSpace].deleted.size(), 1u);
}

TEST_F(PublishingTest, AMachineThatNoListingShowedRunningIsAccountedByItsHeartbeat) {
  assignment.settings.machinetypes[0].heartbeat = HeartbeatRule{"vm-heartbeat", Seconds{600}};
  add_running("vcycle-prod-aaaaaaaaaa").state = MachineState::starting;
  cloud.servers[0].started.reset();
  cycle();
  clock.advance(Seconds{3600});
  auto& outputs = store.spaces[kSpace].current.begin()->second.joboutputs;
  outputs["vm-heartbeat"].written = clock.now();
  clock.advance(Seconds{900});
  cloud.servers.clear();
  for (int i = 0; i < 3; ++i) cycle();
  ASSERT_EQ(accounting.records.size(), 1u);
  EXPECT_THAT(accounting.records.begin()->second.text, HasSubstr("WallDuration: 3600\n"));
}

TEST_F(PublishingTest, TheLastHeartbeatOfAVanishedMachineIsNotCutToAClockThatIsBehind) {
  assignment.settings.machinetypes[0].heartbeat = HeartbeatRule{"vm-heartbeat", Seconds{600}};
  add_running("vcycle-prod-aaaaaaaaaa");
  cycle();
  auto& outputs = store.spaces[kSpace].current.begin()->second.joboutputs;
  outputs["vm-heartbeat"].written = clock.now() + Seconds{3600};
  clock.advance(Seconds{900});
  cloud.servers.clear();
  for (int i = 0; i < 3; ++i) cycle();
  ASSERT_EQ(accounting.records.size(), 1u);
  EXPECT_THAT(accounting.records.begin()->second.text, HasSubstr("WallDuration: 3600\n"));
}

TEST_F(PublishingTest, ACycleTellsTheMonitorsOfTheSpaceAndItsMachinetypes) {
  add_running("vcycle-prod-aaaaaaaaaa").processors = 8;
  cycle();
  ASSERT_EQ(messages("factory_status").size(), 1u);
  const auto factory = messages("factory_status")[0];
  EXPECT_EQ(factory.at("running_machines"), 1);
  EXPECT_EQ(factory.at("running_cpus"), 8);
  EXPECT_EQ(factory.at("running_hs06"), 80.0) << "HS06 of running machines is summed";
  EXPECT_EQ(factory.at("max_processors"), 4);
  EXPECT_EQ(factory.at("site"), "EXAMPLE");
  ASSERT_EQ(messages("machinetype_status").size(), 1u);
  const auto type = messages("machinetype_status")[0];
  EXPECT_EQ(type.at("fqan"), "/vo/Role=NULL");
  EXPECT_EQ(type.at("num_before_fizzle"), 1) << "a running machine young of age has not passed fizzle";
  EXPECT_EQ(type.at("running_hs06"), 80.0);
  EXPECT_TRUE(messages("machine_status").empty());
  EXPECT_EQ(datagrams.sent[0].first, kVacMon);
  EXPECT_EQ(status().totals.messages_sent, 2);
}

TEST_F(PublishingTest, TheEndOfAMachineIsToldOnce) {
  Server& server = add_running("vcycle-prod-aaaaaaaaaa");
  cycle();
  store.spaces[kSpace].current.begin()->second.joboutputs["shutdown_message"].content = "300 No more work";
  clock.advance(Seconds{1200});
  stop(server);
  for (int i = 0; i < 3; ++i) cycle();
  ASSERT_EQ(messages("machine_status").size(), 1u);
  const auto ended = messages("machine_status")[0];
  EXPECT_EQ(ended.at("machine"), "vcycle-prod-aaaaaaaaaa");
  EXPECT_EQ(ended.at("fqan"), "/vo/Role=NULL");
  EXPECT_EQ(ended.at("shutdown_message"), "300 No more work");
  EXPECT_EQ(ended.at("cpu_seconds"), 1200);
  EXPECT_EQ(messages("machinetype_status").back().at("shutdown_machine"), "vcycle-prod-aaaaaaaaaa");
  EXPECT_EQ(messages("machinetype_status").back().at("num_before_fizzle"), 0);
}

TEST_F(PublishingTest, AMonitorThatCannotBeReachedShowsInTheStatusUntilItCan) {
  datagrams.problems[kVacMon] = "cannot find its address";
  EXPECT_EQ(cycle(), SpaceLoop::CycleResult::done);
  ASSERT_EQ(status().faults.size(), 1u);
  EXPECT_EQ(status().faults[0].source, "vacmon vacmon.example.org:8884");
  EXPECT_EQ(status().faults[0].sentence, "cannot find its address");
  datagrams.problems.clear();
  cycle();
  EXPECT_TRUE(status().faults.empty());
}

TEST_F(PublishingTest, AMonitorThatIsNotConfiguredAnyMoreIsNoFault) {
  datagrams.problems[kVacMon] = "cannot find its address";
  cycle();
  assignment.settings.vacmons.clear();
  space->assign(assignment);
  cycle();
  EXPECT_TRUE(status().faults.empty());
}

TEST_F(PublishingTest, LiveMachinesAreListedAndBecomeProxies) {
  MachinetypeSettings squid = assignment.settings.machinetypes[0];
  squid.name = MachinetypeName{"squid"};
  squid.heartbeat = HeartbeatRule{"vm-heartbeat", Seconds{600}};
  assignment.settings.machinetypes.push_back(squid);
  assignment.settings.machinetypes[0].cvmfs_proxy = CvmfsProxySource{MachinetypeName{"squid"}, 280};
  assignment.settings.machinetypes[0].user_data_options["cvmfs_proxy"] = "http://site:3128";
  add_running("vcycle-squid-aaaaaaaaaa");
  cycle();
  store.spaces[kSpace].current.begin()->second.joboutputs["vm-heartbeat"].written = clock.now();
  assignment.settings.machinetypes[0].target_share = 1;
  space->assign(assignment);
  cycle();
  EXPECT_EQ(heartbeat_lists.lists[kSpace].at(MachinetypeName{"squid"}),
            fmt::format("{} vcycle-squid-aaaaaaaaaa 10.0.0.1\n", to_unix(clock.now())));
  ASSERT_FALSE(cloud.requests.empty());
  EXPECT_EQ(cloud.requests[0].user_data, "proxies=http://10.0.0.1:280;http://site:3128\n");
}

TEST_F(PublishingTest, TheStatusCountsCyclesAndRequests) {
  cycle();
  cloud.fail_list = CloudError{CloudDecision::retry, "no answer"};
  cycle();
  const StatusTotals totals = status().totals;
  EXPECT_EQ(totals.cycles_done, 1);
  EXPECT_EQ(totals.cycles_failed, 1);
  EXPECT_EQ(totals.cycles.count(), 2);
  EXPECT_EQ(totals.cloud_requests.at("list").asked, 2);
  EXPECT_EQ(totals.cloud_requests.at("list").failed, 1);
}

}  // namespace
}  // namespace vacuum
