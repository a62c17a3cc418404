// What the store makes of directories that a crash, another program or a stranger left.
#include <fmt/format.h>

#include "adapters/shared_directory/testing/state_directory.hpp"

namespace vacuum {
namespace {

const SpaceName kSpace{"vcycle01.example.org"};
const MachineName kMachine{"vcycle-prod-0123456789"};

class SurvivalTest : public testing::Test {
 protected:
  std::vector<MachineRecord> load() {
    auto records = state.get(state.store().load(kSpace, Freshness::remembered));
    EXPECT_TRUE(records.ok()) << records.error().message;
    return records.ok() ? *records : std::vector<MachineRecord>{};
  }
  void write(const std::string& file, const std::string& content) {
    write_file(state.machine_path(kSpace, kMachine) / file, content);
  }
  StoreResult<Done> add() {
    MachineRecord record;
    record.name = kMachine;
    record.created = from_unix(1'800'000'000);
    return state.get(state.store().add(kSpace, record, {}));
  }

  StateDirectory state;
};

TEST_F(SurvivalTest, ATornOrSenselessValueIsNothingAndTheOthersGoOn) {
  write("created", "1800000000\n");
  write("started", "");
  write("stopped", "18000x");
  write("deleted", "-5\n");
  write("machinetype_name", "../../etc\n");
  write("zone", std::string("a\nb", 3));
  write("flavor_name", "m1.large");
  write("memory_mb", "99999999999999999999");
  write("jobfeatures/allocated_cpu", "4\n");
  write("machinefeatures/hs06", "nan");
  write("jobfeatures/wall_limit_secs", std::string(1 << 20, '9'));
  const auto records = load();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].created, from_unix(1'800'000'000));
  EXPECT_FALSE(records[0].started || records[0].stopped || records[0].deleted);
  EXPECT_TRUE(records[0].machinetype.empty() && records[0].zone.empty());
  EXPECT_EQ(records[0].flavor, FlavorName{"m1.large"});
  EXPECT_EQ(records[0].memory_mb, 0);
  EXPECT_EQ(records[0].processors, 4);
  EXPECT_FALSE(records[0].hs06 || records[0].max_wallclock);
}

TEST_F(SurvivalTest, AnIncarnationThatIsNoneIsNothing) {
  for (const char* text : {"", "host", "../../x~0123456789", "a~b~c", ".host~0123456789", "host~UPPER"}) {
    write("incarnation", text);
    state.reopen();
    EXPECT_TRUE(load().at(0).incarnation.empty()) << text;
  }
  write("incarnation", "host.example.org~0123456789\n");
  state.reopen();
  EXPECT_EQ(load().at(0).incarnation, IncarnationId{"host.example.org~0123456789"});
}

TEST_F(SurvivalTest, StrayEntriesOfCurrentAreNoRecords) {
  const auto current = state.space_path(kSpace) / "current";
  write("created", "1800000000\n");
  std::filesystem::create_directories(current / "somebody-elses");
  std::filesystem::create_directories(current / ".hidden");
  write_file(current / "vcycle-prod-afile00000", "not a directory");
  std::filesystem::create_directory_symlink("/etc", current / "vcycle-prod-symlink000");
  const auto records = load();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].name, kMachine);
}

TEST_F(SurvivalTest, AnEmptyDirectoryIsARecordThatKnowsOnlyItsName) {
  std::filesystem::create_directories(state.machine_path(kSpace, kMachine));
  const auto records = load();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_FALSE(records[0].created.has_value());
}

TEST_F(SurvivalTest, SymlinksArePartOfNoRecord) {
  write_file(state.path / "secret", "1800000000\n");
  write("machinetype_name", "prod\n");
  const auto machine = state.machine_path(kSpace, kMachine);
  std::filesystem::create_symlink(state.path / "secret", machine / "created");
  write_file(state.path / "elsewhere/allocated_cpu", "64\n");
  std::filesystem::create_directory_symlink(state.path / "elsewhere", machine / "jobfeatures");
  const auto records = load();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_FALSE(records[0].created.has_value());
  EXPECT_EQ(records[0].processors, 0);
  EXPECT_EQ(records[0].machinetype, MachinetypeName{"prod"});
}

TEST_F(SurvivalTest, AChangeDoesNotWriteThroughASymlink) {
  write_file(state.path / "precious", "keep");
  write("created", "1800000000\n");
  std::filesystem::create_symlink(state.path / "precious", state.machine_path(kSpace, kMachine) / "stopped");
  auto record = load().at(0);
  record.stopped = from_unix(1'800'000'100);
  ASSERT_TRUE(state.get(state.store().update(kSpace, record, {})).ok());
  EXPECT_EQ(content_of(state.path / "precious"), "keep");
  state.reopen();
  EXPECT_EQ(load().at(0).stopped, from_unix(1'800'000'100));
}

TEST_F(SurvivalTest, RemovingARecordDoesNotReachThroughASymlink) {
  write_file(state.path / "elsewhere/precious", "keep");
  write("created", "1800000000\n");
  const auto outputs = state.machine_path(kSpace, kMachine) / "joboutputs";
  std::filesystem::create_directory_symlink(state.path / "elsewhere", outputs);
  load();
  ASSERT_TRUE(state.get(state.store().archive(kSpace, kMachine)).ok());
  EXPECT_EQ(*state.get(state.store().expire(kSpace, from_unix(4'000'000'000))), 1);
  EXPECT_EQ(content_of(state.path / "elsewhere/precious"), "keep");
}

TEST_F(SurvivalTest, APipeInPlaceOfAFileHangsNobody) {
  ASSERT_TRUE(add().ok());
  const auto machine = state.machine_path(kSpace, kMachine);
  ASSERT_EQ(::mkfifo((machine / "started").c_str(), 0600), 0);
  ASSERT_EQ(::mkfifo((machine / "joboutputs/shutdown_message").c_str(), 0600), 0);
  state.reopen();
  EXPECT_FALSE(load().at(0).started.has_value());
  const auto message = state.get(state.store().shutdown_message(kSpace, kMachine));
  ASSERT_TRUE(message.ok());
  EXPECT_FALSE(message->has_value());
}

TEST_F(SurvivalTest, ARecordHalfBuiltAtACrashIsNeverSeenAndSweptLater) {
  ASSERT_TRUE(state.get(state.store().load(kSpace, Freshness::remembered)).ok());
  const auto leftover = state.space_path(kSpace) / "tmp/.vcycle-prod-0123456789.1-2-3";
  write_file(leftover / "created", "18");
  EXPECT_TRUE(load().empty());
  ASSERT_TRUE(add().ok()) << "the leftover does not stand in the way";
  ASSERT_TRUE(state.get(state.store().expire(kSpace, from_unix(1))).ok());
  EXPECT_TRUE(std::filesystem::exists(leftover)) << "it might be another manager's, at work";
  StateDirectory::set_time(leftover, from_unix(1'700'000'000));
  state.reopen();
  ASSERT_TRUE(state.get(state.store().expire(kSpace, from_unix(1))).ok());
  EXPECT_FALSE(std::filesystem::exists(leftover));
}

TEST_F(SurvivalTest, AFileHalfWrittenAtACrashChangesNoValue) {
  write("created", "1800000000\n");
  write(".created.77-1-0", "17");
  write("jobfeatures/.allocated_cpu.77-1-0", "6");
  EXPECT_EQ(load().at(0).created, from_unix(1'800'000'000));
}

TEST_F(SurvivalTest, ACrashBetweenTheFilesOfAnAbortLosesAtMostItsCause) {
  const auto shared = state.path / "shared";
  write_file(shared / "last_abort_times" / kSpace.text() / "prod", "1800000000\n");
  write_file(shared / "last_abort_causes" / kSpace.text() / "prod", "1800000050 vcycle-prod-x 300 No work\n");
  const auto aborts = state.get(state.store().last_aborts(kSpace, {MachinetypeName{"prod"}}));
  ASSERT_TRUE(aborts.ok());
  EXPECT_EQ(aborts->at(0), (LastAbort{from_unix(1'800'000'000), MachineName{}, ""}));
}

TEST_F(SurvivalTest, AnAbortOfAnotherManagerIsSeen) {
  const MachinetypeName prod{"prod"};
  const auto file = state.path / "shared/last_abort_times" / kSpace.text() / "prod";
  write_file(file, "1800000000");
  StateDirectory::set_time(file, from_unix(1'700'000'000));
  EXPECT_EQ(state.get(state.store().last_aborts(kSpace, {prod}))->at(0)->time, from_unix(1'800'000'000));
  write_file(file, "1800000500");
  EXPECT_EQ(state.get(state.store().last_aborts(kSpace, {prod}))->at(0)->time, from_unix(1'800'000'500));
  write_file(file, "no time");
  EXPECT_FALSE(state.get(state.store().last_aborts(kSpace, {prod}))->at(0).has_value());
}

TEST_F(SurvivalTest, TornLinesOfBuildFailuresAreSkipped) {
  write_file(state.path / "shared/last_build_failures" / kSpace.text(),
             "m1.large\tnova\t2\t1800000000\tno_valid_host\tNo valid host\nm1.sm\nx\ty\tz\t1\tq\tr\n");
  const auto failures = state.get(state.store().build_failures(kSpace));
  ASSERT_TRUE(failures.ok());
  ASSERT_EQ(failures->size(), 1u);
  EXPECT_EQ(failures->at(0).consecutive, 2);
}

TEST_F(SurvivalTest, ATornRampIsNone) {
  for (const char* text : {"", "400000\t18000", "400000\t1800000000\tx\twords\n", "-1\t1800000000\t\twords\n",
                           "2000000\t1800000000\t\twords\n"}) {
    write_file(state.path / "shared/ramps" / kSpace.text(), text);
    const auto ramp = state.get(state.store().ramp(kSpace));
    ASSERT_TRUE(ramp.ok());
    EXPECT_FALSE(ramp->has_value()) << text;
  }
}

TEST_F(SurvivalTest, NamesThatLeadElsewhereAreRefused) {
  MachineRecord record;
  record.name = MachineName{"vcycle-../../x"};
  EXPECT_FALSE(state.get(state.store().add(kSpace, record, {})).ok());
  EXPECT_FALSE(state.get(state.store().load(SpaceName{"../x"}, Freshness::remembered)).ok());
  record.name = kMachine;
  for (const char* path : {"../created", "a/b/c", "/etc/passwd", "", ".hidden", "jobfeatures/../x"}) {
    EXPECT_FALSE(state.get(state.store().add(kSpace, record, {{path, "x"}})).ok()) << path;
  }
  EXPECT_TRUE(load().empty()) << "a refused record leaves nothing";
  const auto times =
      state.get(state.store().heartbeats(kSpace, {{kMachine, "../created"}, {MachineName{".."}, "x"}}));
  ASSERT_TRUE(times.ok());
  EXPECT_FALSE(times->at(0) || times->at(1));
}

TEST_F(SurvivalTest, AFailedAddLeavesNeitherRecordNorLeftovers) {
  MachineRecord record;
  record.name = kMachine;
  EXPECT_FALSE(state.get(state.store().add(kSpace, record, {{"twice", "1"}, {"twice", "2"}})).ok());
  EXPECT_TRUE(load().empty());
  EXPECT_TRUE(std::filesystem::is_empty(state.space_path(kSpace) / "tmp"));
}

}  // namespace
}  // namespace vacuum
