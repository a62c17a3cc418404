#include "programs/cloudbox/guest_directory.hpp"

#include <unistd.h>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace vacuum::cloudbox {
namespace {

class GuestDirectoryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = std::filesystem::temp_directory_path() / ("cloudbox-test-" + std::to_string(::getpid()));
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(outputs());
    server_.name = "vcycle-m-aaaaaaaaaa";
    server_.metadata = {{"space", "site.example"}};
  }
  void TearDown() override { std::filesystem::remove_all(root_); }
  std::filesystem::path outputs() const {
    return root_ / "spaces" / "site.example" / "current" / "vcycle-m-aaaaaaaaaa" / "joboutputs";
  }
  static std::string content(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::filesystem::path root_;
  sim::CloudServer server_;
};

TEST_F(GuestDirectoryTest, WritesWhereAManagerLooksAndLeavesNothingElse) {
  GuestDirectory files(root_ / "spaces");
  EXPECT_EQ(files.put(server_, "shutdown_message", "200 Success\n"), sim::Sending::ended);
  EXPECT_EQ(files.put(server_, "shutdown_message", "300 No more work\n"), sim::Sending::ended);
  EXPECT_EQ(content(outputs() / "shutdown_message"), "300 No more work\n");
  EXPECT_EQ(files.traffic().files_sent, 2u);
  const auto entries = std::filesystem::directory_iterator(outputs());
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
}

TEST_F(GuestDirectoryTest, WritesNothingForAMachineThatHasNoDirectory) {
  GuestDirectory files(root_ / "spaces");
  server_.name = "vcycle-m-bbbbbbbbbb";
  EXPECT_EQ(files.put(server_, "heartbeat", "1\n"), sim::Sending::ended);
  EXPECT_FALSE(std::filesystem::exists(root_ / "spaces" / "site.example" / "current" / server_.name));
  EXPECT_EQ(files.traffic().files_sent, 0u);
}

TEST_F(GuestDirectoryTest, IsNotLedOutOfItsRootByNames) {
  GuestDirectory files(root_ / "spaces");
  std::filesystem::create_directories(root_ / "current" / server_.name / "joboutputs");
  for (const char* space : {"..", "a/..", "", ".hidden", "a\nb"}) {
    server_.metadata = {{"space", space}};
    EXPECT_EQ(files.put(server_, "heartbeat", "1\n"), sim::Sending::ended);
  }
  server_.metadata = {{"space", "site.example"}};
  for (const char* file : {"../x", "..", "a/b", ""})
    EXPECT_EQ(files.put(server_, file, "1\n"), sim::Sending::ended);
  server_.metadata.clear();
  EXPECT_EQ(files.put(server_, "heartbeat", "1\n"), sim::Sending::ended);
  EXPECT_EQ(files.traffic().files_sent, 0u);
}

}  // namespace
}  // namespace vacuum::cloudbox
