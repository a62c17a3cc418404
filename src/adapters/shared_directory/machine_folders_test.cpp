#include "adapters/shared_directory/machine_folders.hpp"

#include <gtest/gtest.h>

#include "adapters/shared_directory/testing/state_directory.hpp"

namespace vacuum {
namespace {

const SpaceName kSpace{"cloud.example.org"};
const MachineName kName{"vcycle-prod-0123456789"};
using Place = MachineFolder::Place;

class MachineFoldersTest : public ::testing::Test {
 protected:
  /// A machine that lived, said something, was judged and deleted.
  void add_ended() {
    MachineRecord record{.name = kName,
                         .machinetype = MachinetypeName{"prod"},
                         .created = from_unix(1'800'000'000),
                         .started = from_unix(1'800'000'010)};
    ASSERT_TRUE(state.get(state.store().add(kSpace, record, {})).ok());
    state.vm_writes(kSpace, kName, "shutdown_message", "300 No more work\nsecond line\n",
                    from_unix(1'800'000'100));
    state.vm_writes(kSpace, kName, "heartbeat", "1\n", from_unix(1'800'000'090));
    record.stopped = from_unix(1'800'000'100);
    std::vector<RecordFile> files{{"judgement", "abort 300 No more work\n"},
                                  {"deletion", "over manager.example.org over\n"}};
    ASSERT_TRUE(state.get(state.store().update(kSpace, record, files)).ok());
  }
  MachineFolder read(Place place) {
    auto folder = folders().read(place, kName.text());
    EXPECT_TRUE(folder.ok() && folder->has_value());
    return folder.ok() && *folder ? std::move(**folder) : MachineFolder{};
  }
  [[nodiscard]] MachineFolders folders() const { return {state.path.string(), kSpace}; }

  StateDirectory state;
};

TEST_F(MachineFoldersTest, WhatAMachineLeftAndWasJudgedByStaysWithItWhenItIsGone) {
  add_ended();
  ASSERT_TRUE(state.get(state.store().archive(kSpace, kName)).ok());
  EXPECT_TRUE(folders().names(Place::current)->empty());
  EXPECT_EQ(*folders().names(Place::deleted), (std::vector<std::string>{kName.text()}));
  const MachineFolder folder = read(Place::deleted);
  EXPECT_EQ(folder.record.started, from_unix(1'800'000'010));
  EXPECT_EQ(folder.verdict, Verdict::abort);
  EXPECT_EQ(folder.judgement, "300 No more work");
  EXPECT_EQ(folder.deletion, "over");
  EXPECT_EQ(folder.deleted_by, "manager.example.org");
  EXPECT_EQ(folder.message, "300 No more work");
  ASSERT_EQ(folder.outputs.size(), 2U);
  EXPECT_EQ(folder.outputs[0].name, "shutdown_message");
  EXPECT_EQ(folder.outputs[1].written, from_unix(1'800'000'090));
}

TEST_F(MachineFoldersTest, WhatIsKeptGoesWhenItsTimeIsOverAndNotBefore) {
  add_ended();
  ASSERT_TRUE(state.get(state.store().archive(kSpace, kName)).ok());
  const TimePoint archived = read(Place::deleted).archived;
  ASSERT_TRUE(state.get(state.store().expire(kSpace, archived)).ok());
  EXPECT_EQ(folders().names(Place::deleted)->size(), 1U);
  ASSERT_TRUE(state.get(state.store().expire(kSpace, archived + Seconds{1})).ok());
  EXPECT_TRUE(folders().names(Place::deleted)->empty());
  EXPECT_FALSE(*folders().read(Place::deleted, kName.text()));
}

TEST_F(MachineFoldersTest, AMachineThatSaidNothingAndLivesHasNoOutcome) {
  ASSERT_TRUE(state.get(state.store().add(kSpace, {.name = kName}, {})).ok());
  const MachineFolder folder = read(Place::current);
  EXPECT_FALSE(folder.verdict || folder.message);
  EXPECT_TRUE(folder.deletion.empty() && folder.outputs.empty());
}

TEST_F(MachineFoldersTest, TornAndForeignFilesAreNoOutcome) {
  add_ended();
  const auto machine = state.machine_path(kSpace, kName);
  write_file(machine / "judgement", "");
  write_file(machine / "deletion", "\n\n");
  std::filesystem::remove(machine / "joboutputs/shutdown_message");
  std::filesystem::create_symlink("/etc/passwd", machine / "joboutputs/shutdown_message");
  const MachineFolder folder = read(Place::current);
  EXPECT_FALSE(folder.verdict || folder.message);
  EXPECT_EQ(folder.deletion, "");
}

TEST_F(MachineFoldersTest, NamesThatLeadElsewhereAreNowhere) {
  EXPECT_FALSE(*folders().read(Place::current, "../current"));
  EXPECT_FALSE(*folders().read(Place::current, "vcycle-../x"));
}

TEST_F(MachineFoldersTest, ASpaceThatNobodyKnowsHasNoMachines) {
  EXPECT_TRUE(MachineFolders(state.path.string(), SpaceName{"other"}).names(Place::deleted)->empty());
}

}  // namespace
}  // namespace vacuum
