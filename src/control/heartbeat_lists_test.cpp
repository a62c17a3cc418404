#include "control/heartbeat_lists.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace vacuum {
namespace {

class HeartbeatListsTest : public ::testing::Test {
 protected:
  HeartbeatListsTest() {
    settings.machinetypes.resize(2);
    settings.machinetypes[0].name = MachinetypeName{"squid"};
    settings.machinetypes[0].heartbeat = HeartbeatRule{"vm-heartbeat", Seconds{600}};
    settings.machinetypes[1].name = MachinetypeName{"prod"};
    settings.machinetypes[1].cvmfs_proxy = CvmfsProxySource{MachinetypeName{"squid"}, 280};
    settings.machinetypes[1].user_data_options["cvmfs_proxy"] = "http://site-squid:3128";
  }

  Machine& add(const std::string& name, const std::string& ip, std::int64_t heartbeat_ago) {
    Machine machine;
    machine.name = MachineName{name};
    machine.machinetype = MachinetypeIndex{0};
    machine.state = MachineState::running;
    machine.ip = ip;
    machine.heartbeat = now - Seconds{heartbeat_ago};
    return fleet.machines.emplace_back(machine);
  }
  std::string proxies() const { return cvmfs_proxies(fleet, settings, settings.machinetypes[1], now); }
  std::string squids() const { return heartbeat_lists(fleet, settings, now).at(MachinetypeName{"squid"}); }

  TimePoint now = from_unix(1'800'000'000);
  SpaceSettings settings;
  Fleet fleet;
};

TEST_F(HeartbeatListsTest, LiveMachinesAreListedTheNewestHeartbeatFirst) {
  add("vcycle-squid-b", "10.0.0.2", 30);
  add("vcycle-squid-a", "10.0.0.1", 10);
  add("vcycle-squid-c", "10.0.0.3", 30);
  EXPECT_EQ(squids(),
            "1799999990 vcycle-squid-a 10.0.0.1\n1799999970 vcycle-squid-b 10.0.0.2\n"
            "1799999970 vcycle-squid-c 10.0.0.3\n");
}

TEST_F(HeartbeatListsTest, WhatIsLateOrSilentOrDoesNotRunIsNotListed) {
  add("vcycle-squid-late", "10.0.0.1", 601);
  add("vcycle-squid-silent", "10.0.0.2", 0).heartbeat.reset();
  add("vcycle-squid-stopped", "10.0.0.3", 5).state = MachineState::shutdown;
  add("vcycle-squid-orphan", "10.0.0.4", 5).machinetype.reset();
  EXPECT_EQ(squids(), "");
  add("vcycle-squid-just", "10.0.0.5", 600);
  EXPECT_EQ(squids(), "1799999400 vcycle-squid-just 10.0.0.5\n");
}

TEST_F(HeartbeatListsTest, AMachinetypeWithoutAHeartbeatHasAnEmptyList) {
  EXPECT_EQ(heartbeat_lists(fleet, settings, now).at(MachinetypeName{"prod"}), "");
}

TEST_F(HeartbeatListsTest, LiveMachinesAreProxiesBeforeTheConfiguredOnes) {
  add("vcycle-squid-b", "10.0.0.2", 30);
  add("vcycle-squid-a", "2001:db8::1", 10);
  EXPECT_EQ(proxies(), "http://[2001:db8::1]:280|http://10.0.0.2:280;http://site-squid:3128");
}

TEST_F(HeartbeatListsTest, WithNoneAliveTheConfiguredValueStandsAlone) {
  EXPECT_EQ(proxies(), "http://site-squid:3128");
  add("vcycle-squid-no-address", "", 10);
  EXPECT_EQ(proxies(), "http://site-squid:3128");
  settings.machinetypes[1].cvmfs_proxy->machinetype = MachinetypeName{"nowhere"};
  EXPECT_EQ(proxies(), "http://site-squid:3128");
}

TEST_F(HeartbeatListsTest, WithNothingConfiguredTheLiveMachinesStandAlone) {
  settings.machinetypes[1].user_data_options.clear();
  EXPECT_EQ(proxies(), "");
  add("vcycle-squid-a", "10.0.0.1", 10);
  EXPECT_EQ(proxies(), "http://10.0.0.1:280");
}

TEST_F(HeartbeatListsTest, ProxiesAreBoundedInNumber) {
  for (int i = 0; i < 1000; ++i)
    add(fmt::format("vcycle-squid-{}", i), fmt::format("10.0.0.{}", i % 250), 10);
  const std::string value = proxies();
  EXPECT_EQ(std::count(value.begin(), value.end(), '|'), 99);
}

}  // namespace
}  // namespace vacuum
