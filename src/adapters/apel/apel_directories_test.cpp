#include "adapters/apel/apel_directories.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>

#include "adapters/apel/testing/crash_points.hpp"
#include "base/random.hpp"
#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"

namespace vacuum::apel {
namespace {

namespace fs = std::filesystem;
using Sending = AccountingRecord::Sending;

constexpr const char* kKey = "0123456789abcd";

AccountingRecord record_of_today(Sending sending = Sending::send) {
  return {
      .key = kKey, .day = "20261125", .not_before = "20261124", .text = "Site: X\n%%\n", .sending = sending};
}

class ApelDirectoriesTest : public ::testing::Test {
 protected:
  /// Path below the state directory → content, of all files of a part that have been finished.
  std::map<std::string, std::string> files(const std::string& part) const {
    std::map<std::string, std::string> found;
    if (!fs::exists(state_ / part)) return found;
    for (const auto& entry : fs::recursive_directory_iterator(state_ / part)) {
      if (entry.path().parent_path().filename() == "unfinished") continue;
      if (entry.is_regular_file())
        found[fs::relative(entry.path(), state_.path()).string()] = content_of(entry.path());
    }
    return found;
  }
  /// Sends all that waits, as SSM does, and tidies up; answers how many there were.
  int send_all() {
    const auto waiting = files("apel-outgoing");
    for (const auto& [path, text] : waiting) EXPECT_EQ(text, record_of_today().text) << path;
    fs::remove_all(state_ / "apel-outgoing");
    return static_cast<int>(waiting.size());
  }
  void start_afresh() {
    for (const auto& entry : fs::directory_iterator(state_.path())) fs::remove_all(entry);
  }
  StoreResult<Done> record(const AccountingRecord& what) {
    return ApelDirectories(state_.string()).record(what);
  }
  void expect_one_in_the_archive() {
    const std::map<std::string, std::string> one{
        {std::string("apel-archive/20261125/") + kKey, record_of_today().text}};
    EXPECT_EQ(files("apel-archive"), one);
    EXPECT_EQ(files("apel-staging").size(), 0u);
  }

  TemporaryDirectory state_;
};

TEST_F(ApelDirectoriesTest, ARecordIsKeptAndWaitsForSsm) {
  ASSERT_TRUE(record(record_of_today()).ok());
  expect_one_in_the_archive();
  const std::map<std::string, std::string> waiting{
      {std::string("apel-outgoing/20261125/") + kKey, record_of_today().text}};
  EXPECT_EQ(files("apel-outgoing"), waiting);
}

TEST_F(ApelDirectoriesTest, WithoutASiteNameARecordIsOnlyKept) {
  ASSERT_TRUE(record(record_of_today(Sending::archive_only)).ok());
  expect_one_in_the_archive();
  EXPECT_EQ(send_all(), 0);
}

TEST_F(ApelDirectoriesTest, ARepeatWritesNothingWhetherSsmHasSentOrNot) {
  ASSERT_TRUE(record(record_of_today()).ok());
  ASSERT_TRUE(record(record_of_today()).ok());
  EXPECT_EQ(send_all(), 1);
  ASSERT_TRUE(record(record_of_today()).ok());
  EXPECT_EQ(send_all(), 0);
  expect_one_in_the_archive();
}

TEST_F(ApelDirectoriesTest, ARepeatWithAnotherDayWritesNothing) {
  ASSERT_TRUE(record(record_of_today()).ok());
  AccountingRecord later = record_of_today();
  later.day = "20261203";
  ASSERT_TRUE(record(later).ok());
  EXPECT_EQ(send_all(), 1);
  expect_one_in_the_archive();
}

TEST_F(ApelDirectoriesTest, KillMinusNineAtEachStepLeavesOneRecord) {
  for (const CrashWhen when : {CrashWhen::before, CrashWhen::after}) {
    int step = 1;
    for (bool died = true; died; ++step) {
      start_afresh();
      died = dies_at(step, when, [&] { std::ignore = record(record_of_today()); });
      int sent = step % 2 ? send_all() : 0;
      ASSERT_TRUE(record(record_of_today()).ok());
      sent += send_all();
      EXPECT_EQ(sent, 1) << "step " << step;
      expect_one_in_the_archive();
    }
    EXPECT_GT(step, 15) << "the steps are not counted";
  }
}

TEST_F(ApelDirectoriesTest, KillMinusNineAgainAndAgainLeavesOneRecord) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    RandomStream random(seed);
    start_afresh();
    int sent = 0;
    for (int kill = 0; kill < 4; ++kill) {
      const auto when = random.below(2) ? CrashWhen::before : CrashWhen::after;
      const int step = 1 + static_cast<int>(random.below(20));
      std::ignore = dies_at(step, when, [&] { std::ignore = record(record_of_today()); });
      if (random.below(2)) sent += send_all();
    }
    ASSERT_TRUE(record(record_of_today()).ok());
    sent += send_all();
    EXPECT_EQ(sent, 1) << "seed " << seed;
    expect_one_in_the_archive();
  }
}

TEST_F(ApelDirectoriesTest, WhatACrashLeftIsTakenForwardByTheNextRecordOfAnyMachine) {
  ASSERT_TRUE(record(record_of_today(Sending::archive_only)).ok());
  write_file(state_ / "apel-staging/20261125.00000000000000.send", "of another");
  ASSERT_TRUE(record(record_of_today()).ok());
  EXPECT_EQ(files("apel-outgoing").at("apel-outgoing/20261125/00000000000000"), "of another");
  EXPECT_EQ(files("apel-archive").at("apel-archive/20261125/00000000000000"), "of another");
}

TEST_F(ApelDirectoriesTest, FilesThatAreNoRecordsAreLeftAlone) {
  fs::create_directories(state_ / "apel-staging");
  write_file(state_ / "apel-staging/README", "mine");
  ASSERT_TRUE(record(record_of_today()).ok());
  EXPECT_EQ(files("apel-staging").size(), 1u);
}

TEST_F(ApelDirectoriesTest, ADayHasTheModeThatAnAdminGaveTheDirectoryAboveIt) {
  fs::create_directories(state_ / "apel-outgoing");
  ASSERT_EQ(::chmod((state_ / "apel-outgoing").c_str(), 02775), 0);
  ASSERT_TRUE(record(record_of_today()).ok());
  struct stat status {};
  ASSERT_EQ(::stat((state_ / "apel-outgoing/20261125").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777u, 02775u);
}

TEST_F(ApelDirectoriesTest, AnErrorNamesThePathAndNothingIsHalfDone) {
  write_file(state_ / "apel-archive", "a file in the way");
  const auto done = record(record_of_today());
  ASSERT_FALSE(done.ok());
  EXPECT_NE(done.error().message.find((state_ / "apel-archive").string()), std::string::npos);
  fs::remove(state_ / "apel-archive");
  ASSERT_TRUE(record(record_of_today()).ok());
  EXPECT_EQ(send_all(), 1);
}

TEST_F(ApelDirectoriesTest, ANameThatIsNoneIsRefused) {
  AccountingRecord bad = record_of_today();
  bad.key = "../../etc/cron";
  EXPECT_FALSE(record(bad).ok());
  EXPECT_EQ(files(".").size(), 0u);
}

TEST_F(ApelDirectoriesTest, AMessageThatStillWaitsIsReplaced) {
  ApelDirectories directories(state_.string());
  ASSERT_TRUE(directories.send("20261125", kKey, "first").ok());
  ASSERT_TRUE(directories.send("20261125", kKey, "second").ok());
  const std::map<std::string, std::string> waiting{{std::string("apel-outgoing/20261125/") + kKey, "second"}};
  EXPECT_EQ(files("apel-outgoing"), waiting);
  EXPECT_EQ(files("apel-staging").size(), 0u);
}

}  // namespace
}  // namespace vacuum::apel
