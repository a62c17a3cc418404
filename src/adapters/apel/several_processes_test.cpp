// Several managers that record the same machines at once and are killed at any step, beside an SSM that
// sends.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "adapters/apel/apel_directories.hpp"
#include "adapters/apel/testing/crash_points.hpp"
#include "base/random.hpp"
#include "base/testing/temporary_directory.hpp"

namespace vacuum::apel {
namespace {

namespace fs = std::filesystem;

constexpr int kManagers = 3;
constexpr int kLives = 30;
constexpr int kMachines = 12;

/// Each manager saw the end of a machine at another moment, and one of them would only keep the record.
AccountingRecord record_of(int machine, int manager) {
  return {.key = fmt::format("{:014x}", std::int64_t{machine} * 0x10000001),
          .day = fmt::format("202611{:02}", 25 + manager),
          .not_before = "20261124",
          .text = fmt::format("Machine: {}\nManager: {}\n%%\n", machine, manager),
          .sending = AccountingRecord::Sending::send};
}

class SeveralProcessesTest : public ::testing::Test {
 protected:
  /// One life of a manager, that ends at some step or when all is recorded.
  pid_t begin(int manager, std::uint64_t seed) const {
    const pid_t process = ::fork();
    if (process != 0) return process;
    RandomStream random(seed);
    die_at(1 + static_cast<int>(random.below(150)), random.below(2) ? CrashWhen::before : CrashWhen::after);
    ::_exit(record_all(manager, random) ? 0 : 1);
  }
  bool record_all(int manager, RandomStream& random) const {
    ApelDirectories directories(directory_.string());
    const int first = static_cast<int>(random.below(kMachines));
    for (int i = 0; i < kMachines; ++i) {
      const auto done = directories.record(record_of((first + i) % kMachines, manager));
      if (!done) fmt::print(stderr, "{}\n", done.error().message);
      if (!done) return false;
    }
    return true;
  }
  /// As SSM does: what is there is sent and removed.
  void send() {
    std::error_code ignored;
    std::vector<fs::path> files;
    for (const auto& day : fs::directory_iterator(directory_ / "apel-outgoing", ignored)) {
      for (const auto& file : fs::directory_iterator(day.path(), ignored)) files.push_back(file.path());
    }
    for (const fs::path& file : files) {
      ++sent_[file.filename().string()];
      fs::remove(file);
      fs::remove(file.parent_path(), ignored);  // only where it is empty
    }
  }
  void expect_one_record_each() {
    ASSERT_EQ(sent_.size(), static_cast<std::size_t>(kMachines));
    for (const auto& [key, times] : sent_) EXPECT_EQ(times, 1) << key;
    int archived = 0;
    for (const auto& day : fs::directory_iterator(directory_ / "apel-archive")) {
      if (day.path().filename() == "unfinished") continue;
      archived += static_cast<int>(std::distance(fs::directory_iterator(day.path()), {}));
    }
    EXPECT_EQ(archived, kMachines);
    for (const auto& entry : fs::directory_iterator(directory_ / "apel-staging"))
      EXPECT_EQ(entry.path().filename(), "unfinished");
  }

  /// Below what the environment names: on another file system.
  static fs::path parent() {
    const char* given = ::getenv("VACUUM_TEST_DIRECTORY");
    return given != nullptr ? fs::path(given) : fs::temp_directory_path();
  }

  const TemporaryDirectory own_{parent()};
  const fs::path directory_ = own_.path();
  std::map<std::string, int> sent_;
};

TEST_F(SeveralProcessesTest, OneRecordAMachineWhoeverIsKilledWhen) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    fs::remove_all(directory_);
    fs::create_directories(directory_);
    sent_.clear();
    std::map<pid_t, int> alive;
    int lives = 0;
    for (int manager = 0; manager < kManagers; ++manager)
      alive[begin(manager, seed * 1000 + lives++)] = manager;
    while (!alive.empty()) {
      int status = 0;
      const pid_t ended = ::waitpid(-1, &status, WNOHANG);
      send();
      if (ended <= 0) continue;
      ASSERT_TRUE(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0);
      const int manager = alive.at(ended);
      alive.erase(ended);
      if (lives < kLives) alive[begin(manager, seed * 1000 + lives++)] = manager;
    }
    RandomStream random(seed);
    ASSERT_TRUE(record_all(0, random));
    send();
    SCOPED_TRACE(fmt::format("seed {}", seed));
    expect_one_record_each();
  }
}

TEST_F(SeveralProcessesTest, OneThatSleptThroughItAllRecordsNothingAgain) {
  // Asleep between its look at the archive and its deed: staged by hand, as such a manager does it.
  ApelDirectories awake(directory_.string());
  ASSERT_TRUE(awake.record(record_of(1, 0)).ok());
  send();
  const AccountingRecord late = record_of(1, 1);
  const std::string name = fmt::format("{}.{}.send.0123456789abcdef", late.day, late.key);
  std::ofstream(directory_ / "apel-staging" / name) << late.text;
  ASSERT_TRUE(awake.record(record_of(2, 0)).ok());
  send();
  EXPECT_EQ(sent_.at(late.key), 1);
  EXPECT_FALSE(fs::exists(directory_ / "apel-staging" / name));
}

TEST_F(SeveralProcessesTest, WhatACrashLeftUnfinishedIsRemovedWhenNobodyCanBeAtWorkOnIt) {
  for (const char* part : {"apel-staging/unfinished", "apel-archive/unfinished"}) {
    fs::create_directories(directory_ / part);
    for (const char* name : {"old", "young"}) std::ofstream(directory_ / part / name) << "x";
    fs::last_write_time(directory_ / part / "old", fs::file_time_type::clock::now() - std::chrono::hours{48});
  }
  ASSERT_TRUE(ApelDirectories(directory_.string()).record(record_of(1, 0)).ok());
  for (const char* part : {"apel-staging/unfinished", "apel-archive/unfinished"}) {
    EXPECT_FALSE(fs::exists(directory_ / part / "old"));
    EXPECT_TRUE(fs::exists(directory_ / part / "young"));
  }
}

TEST_F(SeveralProcessesTest, WithoutItsArchiveARecordIsNotSentAgain) {
  ApelDirectories directories(directory_.string());
  ASSERT_TRUE(directories.record(record_of(1, 0)).ok());
  send();
  fs::remove_all(directory_ / "apel-archive");
  ASSERT_TRUE(directories.record(record_of(1, 2)).ok());
  send();
  EXPECT_EQ(sent_.at(record_of(1, 0).key), 1);
}

}  // namespace
}  // namespace vacuum::apel
