#include "adapters/system/host_health_reader.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

namespace fs = std::filesystem;

class HostHealthReaderTest : public ::testing::Test {
 protected:
  HostHealthReaderTest() {
    fs::create_directories(root_ / "proc");
    fs::create_directories(root_ / "etc");
  }

  void write(const std::string& path, const std::string& text) { write_file(root_ / path, text); }
  HostHealth look(const std::string& root) {
    HostHealthReader reader(root_.string(), worker_, root);
    return run(loop_, reader.look());
  }

  boost::asio::io_context loop_;
  DiskWorker worker_{1};
  TemporaryDirectory root_;
};

TEST_F(HostHealthReaderTest, ReadsWhatTheKernelTells) {
  write("proc/meminfo",
        "MemTotal:       16000 kB\nMemFree:         6000 kB\nSwapTotal:  100 kB\nSwapFree:  60 kB\n");
  write("proc/loadavg", "0.50 0.75 1.25 2/345 6789\n");
  write("proc/stat", "cpu  1 2 3\nbtime 1700000000\n");
  write("etc/os-release", "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
  const HostHealth health = look(root_.string());
  EXPECT_EQ(health.memory_total_kb, 16000);
  EXPECT_EQ(health.memory_used_kb, 10000);
  EXPECT_EQ(health.swap_used_kb, 40);
  EXPECT_EQ(health.swap_free_kb, 60);
  EXPECT_EQ(health.load_average, 1.25);
  EXPECT_EQ(health.boot_time, from_unix(1'700'000'000));
  EXPECT_EQ(health.os_issue, "Debian GNU/Linux 12 (bookworm)");
}

TEST_F(HostHealthReaderTest, FindsOutAllOfThisHost) {
  const HostHealth health = look("");
  EXPECT_GT(health.memory_total_kb, 0);
  EXPECT_GT(health.root_disk.available_kb, 0);
  EXPECT_GT(health.state_disk.available_inodes, 0);
  EXPECT_GT(to_unix(health.boot_time), 0);
  EXPECT_FALSE(health.kernel_version.empty());
}

TEST_F(HostHealthReaderTest, WhatCannotBeReadIsLeftOut) {
  write("proc/meminfo", "\xff\xfe garbage\n");
  const HostHealth health = look(root_.string());
  EXPECT_EQ(health.memory_total_kb, 0);
  EXPECT_EQ(health.os_issue, health.kernel_version);
}

}  // namespace
}  // namespace vacuum
