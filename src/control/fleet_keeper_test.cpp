#include "control/fleet_keeper.hpp"

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

Server server(const std::string& name, MachineState state = MachineState::running) {
  return {.name = MachineName{name},
          .id = ServerId{"id-" + name},
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

class FleetKeeperTest : public ::testing::Test {
 protected:
  const Standing* standing = nullptr;

  /// A look at the whole world as it is.
  const Fleet& join_all() {
    keeper.take_place(space(), standing);
    keeper.begin_listing(std::nullopt);
    keeper.take_page({servers, {}});
    keeper.end_listing(mark, now, Milliseconds{0});
    keeper.take_records({.records = records});
    keeper.recall();
    return keeper.fleet();
  }
  /// A look at what changed.
  const Fleet& take_changes(const ServerPage& page,
                            RecordChanges changes = {.scope = RecordChanges::Scope::since}) {
    keeper.take_place(space(), standing);
    keeper.begin_listing(ListingMark{now - kListingOverlap});
    keeper.take_page(page);
    keeper.end_listing(mark, now, Milliseconds{0});
    keeper.take_records(changes);
    keeper.recall();
    return keeper.fleet();
  }
  GoneServer gone(const std::string& name) { return {MachineName{name}, ServerId{"id-" + name}}; }

  TimePoint now = kNow;
  std::optional<ListingMark> mark = ListingMark{kNow};
  std::vector<Server> servers;
  std::vector<MachineRecord> records;
  FleetKeeper keeper{SpaceName{"space"}};
};

TEST_F(FleetKeeperTest, AServerAndItsRecordAreOneMachine) {
  servers = {server("vcycle-prod-aaaaaaaaaa")};
  records = {record("vcycle-prod-aaaaaaaaaa")};
  const Fleet fleet = join_all();
  ASSERT_EQ(fleet.machines.size(), 1u);
  EXPECT_EQ(fleet.machines[0].record, RecordState::present);
  EXPECT_EQ(fleet.machines[0].state, MachineState::running);
  EXPECT_EQ(fleet.machines[0].created, kNow - Seconds{100});
  EXPECT_EQ(fleet.machines[0].machinetype, MachinetypeIndex{0});
}

TEST_F(FleetKeeperTest, AServerWithOurNameAndNoRecordIsOursAndToBeAdopted) {
  servers = {server("vcycle-user-aaaaaaaaaa")};
  const Fleet fleet = join_all();
  ASSERT_EQ(fleet.machines.size(), 1u);
  EXPECT_EQ(fleet.machines[0].record, RecordState::absent);
  EXPECT_EQ(fleet.machines[0].machinetype, MachinetypeIndex{1});
  EXPECT_EQ(fleet.machines[0].created, kNow);
}

TEST_F(FleetKeeperTest, ServersOfOthersCountAsForeign) {
  servers = {server("somebody"), server("vcycle-prod-aaaaaaaaaa")};
  servers[1].space = SpaceName{"another"};
  const Fleet fleet = join_all();
  EXPECT_TRUE(fleet.machines.empty());
  EXPECT_EQ(fleet.foreign.machines, 2);
  EXPECT_EQ(fleet.foreign.processors, 4);
  EXPECT_EQ(fleet.foreign.memory_mb, 8192);
}

TEST_F(FleetKeeperTest, ARecordWithoutServerIsUnlistedAndTheMissesAreCounted) {
  records = {record("vcycle-prod-aaaaaaaaaa")};
  EXPECT_EQ(join_all().machines[0].missed_listings, 0) << "the listing was older than the record";
  EXPECT_EQ(join_all().machines[0].missed_listings, 1);
  const Fleet second = join_all();
  EXPECT_EQ(second.machines[0].state, MachineState::unlisted);
  EXPECT_EQ(second.machines[0].missed_listings, 2);
  EXPECT_EQ(second.machines[0].processors, 2);
}

TEST_F(FleetKeeperTest, AMachineThatIsListedAgainStartsCountingAnew) {
  records = {record("vcycle-prod-aaaaaaaaaa")};
  (void)join_all();
  servers = {server("vcycle-prod-aaaaaaaaaa")};
  EXPECT_EQ(join_all().machines[0].missed_listings, 0);
  servers.clear();
  EXPECT_EQ(join_all().machines[0].missed_listings, 1);
  EXPECT_EQ(keeper.fleet().machines[0].missing_since, now);
}

TEST_F(FleetKeeperTest, AMachineOfNoConfiguredMachinetypeIsAnOrphan) {
  servers = {server("vcycle-old-aaaaaaaaaa")};
  const Fleet fleet = join_all();
  EXPECT_FALSE(fleet.machines[0].machinetype);
  EXPECT_EQ(fleet.machines[0].machinetype_name, MachinetypeName{"old"});
}

TEST_F(FleetKeeperTest, TwoServersOfOneNameAreBothSeen) {
  servers = {server("vcycle-prod-aaaaaaaaaa"), server("vcycle-prod-aaaaaaaaaa")};
  servers[1].id = ServerId{"twin"};
  records = {record("vcycle-prod-aaaaaaaaaa")};
  const Fleet fleet = join_all();
  ASSERT_EQ(fleet.machines.size(), 2u);
  EXPECT_EQ(fleet.machines[1].server_id, ServerId{"twin"});
}

TEST_F(FleetKeeperTest, WhatIsRememberedOfMachinesThatAreGoneIsForgotten) {
  records = {record("vcycle-prod-aaaaaaaaaa")};
  keeper.memories()[records[0].name].adopted = kNow;
  EXPECT_EQ(join_all().machines[0].adopted, kNow);
  records.clear();
  (void)join_all();
  EXPECT_TRUE(keeper.memories().empty());
}

TEST_F(FleetKeeperTest, AMachineThatVcycleSawStoppedWasAccountedByIt) {
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

TEST_F(FleetKeeperTest, TellsTheImagesThatAnyMachineOfTheProjectUses) {
  servers = {server("foreign"), server("vcycle-prod-aaaaaaaaaa"), server("vcycle-prod-bbbbbbbbbb")};
  servers[0].image = ImageId{"theirs"};
  servers[1].image = ImageId{"ours"};
  EXPECT_EQ(join_all().images_in_use, (std::set{ImageId{"ours"}, ImageId{"theirs"}}));
  servers.push_back(server("vcycle-prod-cccccccccc", MachineState::starting));
  EXPECT_FALSE(join_all().images_in_use)
      << "it is being built from a volume, from an image that nobody tells";
}

// --- what changed alone

TEST_F(FleetKeeperTest, WhatAListingOfChangesDoesNotShowStaysAsItWas) {
  servers = {server("vcycle-prod-aaaaaaaaaa"), server("vcycle-user-bbbbbbbbbb"), server("foreign")};
  records = {record("vcycle-prod-aaaaaaaaaa"), record("vcycle-user-bbbbbbbbbb")};
  (void)join_all();
  const Fleet& fleet = take_changes({{server("vcycle-prod-aaaaaaaaaa", MachineState::shutdown)}, {}});
  ASSERT_EQ(fleet.machines.size(), 2u);
  EXPECT_EQ(fleet.machines[0].state, MachineState::shutdown);
  EXPECT_EQ(fleet.machines[1].state, MachineState::running);
  EXPECT_EQ(fleet.machines[1].missed_listings, 0);
  EXPECT_EQ(fleet.foreign.machines, 1);
}

TEST_F(FleetKeeperTest, WhatIsShownAsGoneIsMissedOnceInEachListing) {
  servers = {server("vcycle-prod-aaaaaaaaaa")};
  records = {record("vcycle-prod-aaaaaaaaaa")};
  (void)join_all();
  const Fleet& fleet = take_changes({{}, {gone("vcycle-prod-aaaaaaaaaa"), gone("vcycle-prod-aaaaaaaaaa")}});
  ASSERT_EQ(fleet.machines.size(), 1u);
  EXPECT_EQ(fleet.machines[0].state, MachineState::unlisted);
  EXPECT_EQ(fleet.machines[0].missed_listings, 1);
  EXPECT_EQ(fleet.machines[0].missing_since, now);
  EXPECT_EQ(take_changes({{}, {gone("vcycle-prod-aaaaaaaaaa")}}).machines[0].missed_listings, 2);
  EXPECT_EQ(take_changes({}).machines[0].missed_listings, 2) << "nothing was told of it";
}

TEST_F(FleetKeeperTest, AnotherVmOfTheSameNameThatIsGoneIsNotTakenForIt) {
  servers = {server("vcycle-prod-aaaaaaaaaa")};
  records = {record("vcycle-prod-aaaaaaaaaa")};
  (void)join_all();
  const GoneServer earlier{servers[0].name, ServerId{"earlier"}};
  EXPECT_EQ(take_changes({{}, {earlier}}).machines[0].state, MachineState::running);
}

TEST_F(FleetKeeperTest, ARecordThatNoListingOfAllCouldShowYetIsNotMissedByListingsOfChanges) {
  (void)join_all();
  RecordChanges made{.scope = RecordChanges::Scope::since, .records = {record("vcycle-prod-aaaaaaaaaa")}};
  EXPECT_EQ(take_changes({}, made).machines.size(), 1u);
  EXPECT_EQ(take_changes({}).machines[0].missed_listings, 0);
  EXPECT_EQ(take_changes({{server("vcycle-prod-aaaaaaaaaa")}, {}}).machines[0].state, MachineState::running);
}

TEST_F(FleetKeeperTest, AVmWhoseRecordWentIsAdoptedOnceANewerListingShowsIt) {
  servers = {server("vcycle-prod-aaaaaaaaaa")};
  records = {record("vcycle-prod-aaaaaaaaaa")};
  (void)join_all();
  RecordChanges went{.scope = RecordChanges::Scope::since, .gone = {records[0].name}};
  const auto is_left_alone = [&] {
    EXPECT_EQ(keeper.fleet().machines.at(0).processors, 2) << "it counts";
    return keeper.fleet().machines[0].managed_by == ManagedBy::others && !keeper.has_unrecorded();
  };
  (void)take_changes({}, went);
  EXPECT_TRUE(is_left_alone()) << "the listing is older than what the records tell";
  const Standing alone{IncarnationId{"a~0000000001"}, Roster({IncarnationId{"a~0000000001"}}, {}), nullptr};
  standing = &alone;
  EXPECT_TRUE(take_changes({}).machines_by_manager.empty());
  EXPECT_TRUE(is_left_alone()) << "a listing of changes said nothing";
  records.clear();
  (void)join_all();
  EXPECT_EQ(keeper.fleet().machines.at(0).managed_by, ManagedBy::us);
  EXPECT_TRUE(keeper.has_unrecorded());
}

TEST_F(FleetKeeperTest, AVmWhoseRecordWentBecauseItIsOverIsNeverAdopted) {
  servers = {server("vcycle-prod-aaaaaaaaaa")};
  records = {record("vcycle-prod-aaaaaaaaaa")};
  (void)join_all();
  records.clear();
  EXPECT_EQ(join_all().machines.at(0).managed_by, ManagedBy::others) << "the listing was under way meanwhile";
  servers.clear();
  EXPECT_TRUE(join_all().machines.empty());
}

TEST_F(FleetKeeperTest, AVmWhoseRecordComesBackIsItsManagersAgain) {
  servers = {server("vcycle-prod-aaaaaaaaaa")};
  records = {record("vcycle-prod-aaaaaaaaaa")};
  (void)join_all();
  (void)take_changes({}, {.scope = RecordChanges::Scope::since, .gone = {records[0].name}});
  const Fleet& fleet = take_changes({}, {.scope = RecordChanges::Scope::since, .records = records});
  EXPECT_EQ(fleet.machines.at(0).managed_by, ManagedBy::us);
  EXPECT_EQ(fleet.machines[0].record, RecordState::present);
}

TEST_F(FleetKeeperTest, ARecordThatIsGoneLeavesItsVmWithoutOne) {
  servers = {server("vcycle-prod-aaaaaaaaaa")};
  servers[0].processors = 0;
  records = {record("vcycle-prod-aaaaaaaaaa"), record("vcycle-prod-bbbbbbbbbb")};
  EXPECT_EQ(join_all().machines[0].processors, 2) << "as recorded: the listing does not tell";
  RecordChanges lost{.scope = RecordChanges::Scope::since, .gone = {records[0].name, records[1].name}};
  const Fleet& fleet = take_changes({}, lost);
  ASSERT_EQ(fleet.machines.size(), 1u);
  EXPECT_EQ(fleet.machines[0].record, RecordState::absent);
}

TEST_F(FleetKeeperTest, MachinesThatChangeHandsAreCountedWithTheirNewManager) {
  const Standing alone{IncarnationId{"a~0000000001"}, Roster({IncarnationId{"a~0000000001"}}, {}), nullptr};
  records = {record("vcycle-prod-aaaaaaaaaa"), record("vcycle-prod-bbbbbbbbbb")};
  records[1].incarnation = IncarnationId{"b~0000000001"};
  records[0].incarnation = alone.incarnation;
  standing = &alone;
  EXPECT_EQ(join_all().machines_by_manager,
            (std::map<IncarnationId, int>{{alone.incarnation, 1}, {records[1].incarnation, 1}}));
  const Standing heir{alone.incarnation,
                      Roster({alone.incarnation}, {{records[1].incarnation, {alone.incarnation}}}), nullptr};
  standing = &heir;
  EXPECT_EQ(take_changes({}).machines_by_manager, (std::map<IncarnationId, int>{{alone.incarnation, 2}}));
}

// --- whether changes can be trusted

TEST_F(FleetKeeperTest, AChangeThatNoListingOfChangesShowedEndsThem) {
  servers = {server("vcycle-prod-aaaaaaaaaa")};
  (void)join_all();
  now += Seconds{600};
  mark = ListingMark{now};
  (void)take_changes({});
  servers[0].state = MachineState::shutdown;
  servers[0].updated = now - 2 * kListingOverlap;
  (void)join_all();
  EXPECT_NE(keeper.take_complaint(), "");
  EXPECT_EQ(keeper.take_complaint(), "") << "told once";
  EXPECT_FALSE(keeper.listings().next(Milliseconds{0}, Seconds{300}));
}

TEST_F(FleetKeeperTest, AChangeOfTheLatestMomentsMayComeLate) {
  servers = {server("vcycle-prod-aaaaaaaaaa")};
  (void)join_all();
  servers[0].state = MachineState::shutdown;
  servers[0].updated = now - kListingOverlap / 2;
  (void)join_all();
  EXPECT_EQ(keeper.take_complaint(), "");
  EXPECT_TRUE(keeper.listings().next(Milliseconds{0}, Seconds{300}));
}

TEST_F(FleetKeeperTest, ClocksThatDifferByTooMuchEndListingsOfChanges) {
  servers = {server("vcycle-prod-aaaaaaaaaa")};
  servers[0].updated = now + kListingOverlap;
  (void)join_all();
  EXPECT_NE(keeper.take_complaint().find("clocks"), std::string::npos);
  EXPECT_FALSE(keeper.listings().next(Milliseconds{0}, Seconds{300}));
}

}  // namespace
}  // namespace vacuum
