#include "adapters/shared_directory/record_census.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "adapters/shared_directory/testing/state_directory.hpp"

namespace vacuum {
namespace {

const SpaceName kSpace{"one.example.org"};
const SpaceName kUnknownSpace{"left-over.example.org"};
const IncarnationId kA{"a.example.org~aaaaaaaaaa"};
const IncarnationId kB{"b.example.org~bbbbbbbbbb"};

class RecordCensusTest : public testing::Test {
 protected:
  MachineName add(const SpaceName& space, int number, const IncarnationId& maker) {
    MachineRecord record;
    record.name = make_machine_name(MachinetypeName{"prod"}, fmt::format("{:010}", number));
    record.manager = ManagerName{"old.example.org"};
    record.incarnation = maker;
    const auto added = state.get(state.store().add(space, record, {}));
    EXPECT_TRUE(added.ok());
    return record.name;
  }
  StoreResult<std::set<IncarnationId>> ask() { return state.get(census.makers()); }
  std::set<IncarnationId> makers() {
    const auto found = ask();
    EXPECT_TRUE(found.ok()) << found.error().message;
    return found ? *found : std::set<IncarnationId>{};
  }

  StateDirectory state;
  RecordCensus census{state.path.string(), state.worker};
};

TEST_F(RecordCensusTest, WithoutRecordsThereAreNoMakers) {
  EXPECT_EQ(makers(), std::set<IncarnationId>{});
}

TEST_F(RecordCensusTest, AllMakersAreFoundAlsoThoseOfSpacesThatNobodyConfigures) {
  for (int i = 0; i < 300; ++i) add(kSpace, i, kA);
  add(kUnknownSpace, 1, kB);
  EXPECT_EQ(makers(), (std::set<IncarnationId>{kA, kB}));
}

TEST_F(RecordCensusTest, ARecordFromBeforeThereWereIncarnationsNamesItsManager) {
  add(kSpace, 1, IncarnationId{});
  EXPECT_EQ(makers(), std::set<IncarnationId>{IncarnationId{"old.example.org~"}});
}

TEST_F(RecordCensusTest, ItSeesTheMakersThatTheStoreSees) {
  const auto strange = add(kSpace, 1, kA);
  write_file(state.machine_path(kSpace, strange) / "incarnation", "no maker at all\n");
  const auto torn = add(kSpace, 2, kB);
  std::filesystem::remove(state.machine_path(kSpace, torn) / "manager");
  std::filesystem::remove(state.machine_path(kSpace, torn) / "incarnation");
  state.reopen();
  std::set<IncarnationId> seen;
  for (const MachineRecord& record : *state.get(state.store().load(kSpace, Freshness::remembered)))
    seen.insert(first_manager_of(record));
  EXPECT_EQ(makers(), seen);
}

TEST_F(RecordCensusTest, WhatIsArchivedOrRemovedCountsNoMore) {
  const auto gone = add(kSpace, 1, kA);
  const auto refused = add(kSpace, 2, kB);
  ASSERT_TRUE(state.get(state.store().archive(kSpace, gone)).ok());
  ASSERT_TRUE(state.get(state.store().discard(kSpace, refused)).ok());
  EXPECT_EQ(makers(), std::set<IncarnationId>{});
}

TEST_F(RecordCensusTest, StrangersFilesAreNoRecords) {
  add(kSpace, 1, kA);
  write_file(state.path / "shared/spaces/README", "hello\n");
  write_file(state.path / "shared/spaces/Not_A_Space/current/vcycle-prod-aaaaaaaaaa/incarnation",
             kB.text() + "\n");
  write_file(state.space_path(kSpace) / "current/notes.txt", "hello\n");
  std::filesystem::create_directory_symlink("/tmp", state.space_path(kSpace) / "current/vcycle-prod-link");
  EXPECT_EQ(makers(), std::set<IncarnationId>{kA});
}

TEST_F(RecordCensusTest, AMakersFileThatIsNoFileTellsNothing) {
  const auto record = add(kSpace, 1, kA);
  const auto file = state.machine_path(kSpace, record) / "incarnation";
  std::filesystem::remove(file);
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  EXPECT_EQ(makers(), std::set<IncarnationId>{IncarnationId{"old.example.org~"}});
}

TEST_F(RecordCensusTest, WhereNothingCanBeOpenedItIsAnError) {
  add(kSpace, 1, kA);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{.rlim_cur = 3, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto found = ask();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().decision, StoreDecision::retry);
}

TEST_F(RecordCensusTest, WithoutTheDirectoryItIsAnError) {
  std::filesystem::remove_all(state.path / "shared");
  const auto found = ask();
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().decision, StoreDecision::retry);
}

}  // namespace
}  // namespace vacuum
