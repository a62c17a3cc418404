#include "adapters/system/event_file.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>

#include "adapters/system/rotated_file.hpp"
#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"
#include "ports/testing/fake_log.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

namespace fs = std::filesystem;

/// No file of this process grows beyond `bytes` while it lives: a disk that fills up.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

class EventFileTest : public ::testing::Test {
 protected:
  void make(EventLimits limits = {}) {
    file = std::make_unique<EventFile>(
        folder(), limits, [](const Event& event) { return event.reason + "\n"; }, loop.get_executor(), log);
  }
  void tell(const std::string& reason) { file->tell({.time = from_unix(1'800'000'000), .reason = reason}); }
  void flush() { run(loop, file->flush()); }

  [[nodiscard]] int times_said(const std::string& part) const {
    return static_cast<int>(std::ranges::count_if(
        log.lines(), [&](const auto& line) { return line.text.find(part) != std::string::npos; }));
  }
  [[nodiscard]] std::string folder() const { return root / "events"; }
  [[nodiscard]] std::string text(const std::string& name = "events.jsonl") const {
    return content_of(root / "events" / name);
  }

  TemporaryDirectory root;
  boost::asio::io_context loop;
  FakeLog log;
  std::unique_ptr<EventFile> file;
};

TEST_F(EventFileTest, WhatIsToldIsWrittenInItsOrderAndAppendedAfterARestart) {
  make();
  tell("one");
  tell("two");
  EXPECT_EQ(text(), "") << "telling writes nothing by itself";
  flush();
  EXPECT_EQ(text(), "one\ntwo\n");
  make();
  tell("three");
  flush();
  EXPECT_EQ(text(), "one\ntwo\nthree\n");
}

TEST_F(EventFileTest, AFullFileMakesRoomAndTheOldestGoes) {
  make({.file_bytes = 8, .files = 3});
  for (const char* word : {"aaaa", "bbbb", "cccc", "dddd", "eeee"}) {
    tell(word);
    flush();
  }
  EXPECT_EQ(text(), "eeee\n");
  EXPECT_EQ(text("events.jsonl.1"), "dddd\n");
  EXPECT_EQ(text("events.jsonl.2"), "cccc\n");
  EXPECT_FALSE(fs::exists(folder() + "/events.jsonl.3"));
  EXPECT_EQ(rotated_files(folder(), "events.jsonl").front(), folder() + "/events.jsonl.2");
  file->set_limits({.file_bytes = 8, .files = 2});
  tell("ffff");
  flush();
  EXPECT_EQ(rotated_files(folder(), "events.jsonl").size(), 2U);
}

TEST_F(EventFileTest, ALineThatACrashToreIsEnded) {
  fs::create_directories(folder());
  write_file(folder() + "/events.jsonl", "whole\n{\"torn");
  make();
  tell("next");
  flush();
  EXPECT_EQ(text(), "whole\n{\"torn\nnext\n");
}

TEST_F(EventFileTest, AFullDiskLosesEventsWithOneWarningAndLeavesNoHalfLine) {
  make();
  tell("before");
  flush();
  {
    const FullDisk disk(20);
    for (int i = 0; i < 3; ++i) {
      tell("a line that is longer than what is left");
      flush();
    }
  }
  EXPECT_EQ(text(), "before\n");
  EXPECT_EQ(times_said("events are lost"), 1);
  tell("after");
  flush();
  EXPECT_EQ(text(), "before\nafter\n3 events could not be written before this\n");
  EXPECT_EQ(times_said("events are written again; 3 were lost"), 1);
}

TEST_F(EventFileTest, AFolderThatCannotBeMadeIsToldWithItsPath) {
  write_file(folder(), "a file");
  make();
  tell("lost");
  flush();
  EXPECT_EQ(times_said(folder()), 1);
}

TEST_F(EventFileTest, TenThousandEventsOfOneCycleAreOneWrite) {
  make();
  std::string expected;
  for (int i = 0; i < 10'000; ++i) {
    tell(fmt::format("event {}", i));
    expected += fmt::format("event {}\n", i);
  }
  flush();
  EXPECT_EQ(text(), expected);
}

}  // namespace
}  // namespace vacuum
