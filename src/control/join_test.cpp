#include "control/join.hpp"

#include <gtest/gtest.h>

namespace vacuum {
namespace {

constexpr TimePoint kNow = from_unix(1'800'000'000);

SpaceSettings space() {
  SpaceSettings settings;
  settings.name = SpaceName{"space"};
  settings.machinetypes.resize(2);
  settings.machinetypes[0].name = MachinetypeName{"prod"};
  settings.machinetypes[1].name = MachinetypeName{"user"};
  return settings;
}

Server server(std::string name, MachineState state = MachineState::running) {
  return {.name = MachineName{std::move(name)},
          .id = ServerId{"id"},
          .state = state,
          .processors = 2,
          .memory_mb = 4096,
          .created = kNow};
}

MachineRecord record(std::string name) {
  MachineRecord made;
  made.name = MachineName{std::move(name)};
  made.machinetype = MachinetypeName{"prod"};
  made.created = kNow - Seconds{100};
  made.processors = 2;
  return made;
}

class JoinTest : public ::testing::Test {
 protected:
  const Standing* standing = nullptr;

  Fleet join_all() {
    return join({.servers = servers, .flavors = {}, .quota = {}}, records, space(), memories, standing);
  }

  std::vector<Server> servers;
  std::vector<MachineRecord> records;
  MachineMemories memories;
};

TEST_F(JoinTest, AServerAndItsRecordAreOneMachine) {
  servers = {server("vcycle-prod-aaaaaaaaaa")};
  records = {record("vcycle-prod-aaaaaaaaaa")};
  const Fleet fleet = join_all();
  ASSERT_EQ(fleet.machines.size(), 1u);
  EXPECT_EQ(fleet.machines[0].record, RecordState::present);
  EXPECT_EQ(fleet.machines[0].state, MachineState::running);
  EXPECT_EQ(fleet.machines[0].created, kNow - Seconds{100});
  EXPECT_EQ(fleet.machines[0].machinetype, MachinetypeIndex{0});
}

TEST_F(JoinTest, AServerWithOurNameAndNoRecordIsOursAndToBeAdopted) {
  servers = {server("vcycle-user-aaaaaaaaaa")};
  const Fleet fleet = join_all();
  ASSERT_EQ(fleet.machines.size(), 1u);
  EXPECT_EQ(fleet.machines[0].record, RecordState::absent);
  EXPECT_EQ(fleet.machines[0].machinetype, MachinetypeIndex{1});
  EXPECT_EQ(fleet.machines[0].created, kNow);
}

TEST_F(JoinTest, ServersOfOthersCountAsForeign) {
  servers = {server("somebody"), server("vcycle-prod-aaaaaaaaaa")};
  servers[1].space = SpaceName{"another"};
  const Fleet fleet = join_all();
  EXPECT_TRUE(fleet.machines.empty());
  EXPECT_EQ(fleet.foreign.machines, 2);
  EXPECT_EQ(fleet.foreign.processors, 4);
  EXPECT_EQ(fleet.foreign.memory_mb, 8192);
}

TEST_F(JoinTest, ARecordWithoutServerIsUnlistedAndTheMissesAreCounted) {
  records = {record("vcycle-prod-aaaaaaaaaa")};
  EXPECT_EQ(join_all().machines[0].missed_listings, 1);
  const Fleet second = join_all();
  EXPECT_EQ(second.machines[0].state, MachineState::unlisted);
  EXPECT_EQ(second.machines[0].missed_listings, 2);
  EXPECT_EQ(second.machines[0].processors, 2);
}

TEST_F(JoinTest, AMachineThatIsListedAgainStartsCountingAnew) {
  records = {record("vcycle-prod-aaaaaaaaaa")};
  (void)join_all();
  servers = {server("vcycle-prod-aaaaaaaaaa")};
  EXPECT_EQ(join_all().machines[0].missed_listings, 0);
  servers.clear();
  EXPECT_EQ(join_all().machines[0].missed_listings, 1);
}

TEST_F(JoinTest, AMachineOfNoConfiguredMachinetypeIsAnOrphan) {
  servers = {server("vcycle-old-aaaaaaaaaa")};
  const Fleet fleet = join_all();
  EXPECT_FALSE(fleet.machines[0].machinetype);
  EXPECT_EQ(fleet.machines[0].machinetype_name, MachinetypeName{"old"});
}

TEST_F(JoinTest, TwoServersOfOneNameAreBothSeen) {
  servers = {server("vcycle-prod-aaaaaaaaaa"), server("vcycle-prod-aaaaaaaaaa")};
  servers[1].id = ServerId{"twin"};
  records = {record("vcycle-prod-aaaaaaaaaa")};
  const Fleet fleet = join_all();
  ASSERT_EQ(fleet.machines.size(), 2u);
  EXPECT_EQ(fleet.machines[1].server_id, ServerId{"twin"});
}

TEST_F(JoinTest, WhatIsRememberedOfMachinesThatAreGoneIsForgotten) {
  records = {record("vcycle-prod-aaaaaaaaaa")};
  (void)join_all();
  records.clear();
  (void)join_all();
  EXPECT_TRUE(memories.empty());
}

TEST_F(JoinTest, AMachineThatVcycleSawStoppedWasAccountedByIt) {
  records = {record("vcycle-prod-aaaaaaaaaa"), record("vcycle-prod-bbbbbbbbbb"),
             record("vcycle-prod-cccccccccc")};
  records[0].stopped = kNow;
  records[1].stopped = kNow;
  records[1].flavor = FlavorName{"small"};  // Vcycle records no flavor
  const Fleet fleet = join_all();
  EXPECT_EQ(fleet.machines[0].accounted, kNow);
  EXPECT_FALSE(fleet.machines[1].accounted);
  EXPECT_FALSE(fleet.machines[2].accounted);
}

TEST_F(JoinTest, TellsTheImagesThatAnyMachineOfTheProjectUses) {
  servers = {server("foreign"), server("vcycle-prod-aaaaaaaaaa"), server("vcycle-prod-bbbbbbbbbb")};
  servers[0].image = ImageId{"theirs"};
  servers[1].image = ImageId{"ours"};
  EXPECT_EQ(join_all().images_in_use, (std::set{ImageId{"ours"}, ImageId{"theirs"}}));
  servers.push_back(server("vcycle-prod-cccccccccc", MachineState::starting));
  EXPECT_FALSE(join_all().images_in_use)
      << "it is being built from a volume, from an image that nobody tells";
}

}  // namespace
}  // namespace vacuum
