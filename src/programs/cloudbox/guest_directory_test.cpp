#include "programs/cloudbox/guest_directory.hpp"

#include <gtest/gtest.h>

#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"

namespace vacuum::cloudbox {
namespace {

class GuestDirectoryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(outputs());
    server_.name = "vcycle-m-aaaaaaaaaa";
    server_.metadata = {{"space", "site.example"}};
  }
  std::filesystem::path outputs() const {
    return root_ / "spaces" / "site.example" / "current" / "vcycle-m-aaaaaaaaaa" / "joboutputs";
  }
  TemporaryDirectory root_;
  sim::CloudServer server_;
};

TEST_F(GuestDirectoryTest, WritesWhereAManagerLooksAndLeavesNothingElse) {
  GuestDirectory files(root_ / "spaces");
  EXPECT_EQ(files.put(server_, "shutdown_message", "200 Success\n"), sim::Sending::ended);
  EXPECT_EQ(files.put(server_, "shutdown_message", "300 No more work\n"), sim::Sending::ended);
  EXPECT_EQ(content_of(outputs() / "shutdown_message"), "300 No more work\n");
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
