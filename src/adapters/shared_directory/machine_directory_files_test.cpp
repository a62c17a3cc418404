#include "adapters/shared_directory/machine_directory_files.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"

namespace vacuum::shared_directory {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class MachineDirectoryFilesTest : public testing::Test {
 protected:
  MachineDirectoryFilesTest() {
    files_.emplace(shared_.string());
    put("spaces/s1/current/vcycle-prod-0123456789/machinefeatures/total_cpu", "4\n");
    put("spaces/s1/current/vcycle-prod-0123456789/machinefeatures/hs06", "40\n");
    put("spaces/s1/current/vcycle-prod-0123456789/machinefeatures/.hs06.tmp", "4");
    put("spaces/s1/current/vcycle-prod-0123456789/jobfeatures/job_id", "uuid\n");
    put("spaces/s1/current/vcycle-prod-0123456789/https_x509dn", "/CN=a\n");
    put("spaces/s1/deleted/vcycle-prod-gone000000/jobfeatures/job_id", "gone\n");
    put("spaces/s1/heartbeatlists/prod", "1 vcycle-prod-0123456789 192.0.2.1\n");
  }

  void put(const std::string& path, const std::string& content) const { write_file(shared_ / path, content); }
  [[nodiscard]] std::string text_of(const std::string& path) const { return content_of(shared_ / path); }
  auto write(const std::string& name, const std::string& content, OutputLimits limits = {}) {
    return files_->write_output(space_, machine_, name, content, limits);
  }
  FilesDecision failure_of(const std::string& name, const std::string& content, OutputLimits limits = {}) {
    const auto written = write(name, content, limits);
    EXPECT_FALSE(written.ok()) << name;
    return written.ok() ? FilesDecision::try_later : written.error().decision;
  }

  TemporaryDirectory shared_;
  std::optional<MachineDirectoryFiles> files_;
  SpaceName space_{"s1"};
  MachineName machine_{"vcycle-prod-0123456789"};
  const std::string outputs_ = "spaces/s1/current/vcycle-prod-0123456789/joboutputs/";
};

TEST_F(MachineDirectoryFilesTest, ReadsFeaturesAndListsTheirKeys) {
  EXPECT_EQ(*files_->feature(space_, machine_, FeatureFolder::machine_features, "total_cpu"), "4\n");
  EXPECT_EQ(*files_->feature(space_, machine_, FeatureFolder::job_features, "job_id"), "uuid\n");
  EXPECT_THAT(*files_->feature_keys(space_, machine_, FeatureFolder::machine_features),
              ElementsAre("hs06", "total_cpu"));
  EXPECT_EQ(*files_->heartbeat_list(space_, MachinetypeName{"prod"}), "1 vcycle-prod-0123456789 192.0.2.1\n");
}

TEST_F(MachineDirectoryFilesTest, KnowsNothingOfWhatIsNotThere) {
  const auto absent = [&](const auto& result) {
    return !result.ok() && result.error().decision == FilesDecision::absent;
  };
  EXPECT_TRUE(absent(files_->feature(space_, machine_, FeatureFolder::job_features, "no_such")));
  EXPECT_TRUE(absent(files_->feature(SpaceName{"s2"}, machine_, FeatureFolder::job_features, "job_id")));
  const MachineName gone{"vcycle-prod-gone000000"};
  EXPECT_TRUE(absent(files_->feature(space_, gone, FeatureFolder::job_features, "job_id")));
  EXPECT_TRUE(absent(files_->output_rule(space_, gone)));
  EXPECT_TRUE(absent(files_->write_output(space_, gone, "heartbeat", "x", {})));
  EXPECT_TRUE(absent(files_->heartbeat_list(space_, MachinetypeName{"other"})));
}

TEST_F(MachineDirectoryFilesTest, IsLedOutByNoName) {
  put("secret", "x");
  for (const std::string key : {"../https_x509dn", "..", ".", "", ".hs06.tmp", "a/b", "total_cpu/"}) {
    EXPECT_FALSE(files_->feature(space_, machine_, FeatureFolder::machine_features, key).ok()) << key;
    EXPECT_FALSE(write(key, "x").ok()) << key;
  }
  EXPECT_FALSE(files_->feature(SpaceName{".."}, machine_, FeatureFolder::job_features, "job_id").ok());
  EXPECT_FALSE(
      files_->feature(space_, MachineName{"vcycle-/../x"}, FeatureFolder::job_features, "job_id").ok());
}

TEST_F(MachineDirectoryFilesTest, FollowsNoSymlink) {
  put("secret", "x");
  const fs::path machine = shared_ / "spaces/s1/current/vcycle-prod-0123456789";
  fs::create_symlink(shared_ / "secret", machine / "machinefeatures/link");
  EXPECT_FALSE(files_->feature(space_, machine_, FeatureFolder::machine_features, "link").ok());
  fs::create_directory(shared_ / "elsewhere");
  fs::create_directory_symlink(shared_ / "elsewhere", machine / "joboutputs");
  EXPECT_FALSE(write("a", "x").ok());
  EXPECT_TRUE(fs::is_empty(shared_ / "elsewhere"));
}

TEST_F(MachineDirectoryFilesTest, WritesOutputsWholeAndReplacesThem) {
  EXPECT_EQ(*write("heartbeat", "one"), OutputChange::made);
  EXPECT_EQ(*write("heartbeat", "two!"), OutputChange::replaced);
  EXPECT_EQ(text_of(outputs_ + "heartbeat"), "two!");
  EXPECT_EQ(*write("shutdown_message", "200 Success\n"), OutputChange::made);
  EXPECT_EQ(text_of(outputs_ + "shutdown_message"), "200 Success\n");
  EXPECT_EQ(std::distance(fs::directory_iterator(shared_ / outputs_), fs::directory_iterator()), 2);
}

TEST_F(MachineDirectoryFilesTest, ReplacesALinkInsteadOfWritingThroughIt) {
  put("secret", "x");
  fs::create_directories(shared_ / outputs_);
  fs::create_symlink(shared_ / "secret", shared_ / outputs_ / "heartbeat");
  EXPECT_TRUE(write("heartbeat", "mine").ok());
  EXPECT_EQ(text_of("secret"), "x");
  EXPECT_EQ(text_of(outputs_ + "heartbeat"), "mine");
}

TEST_F(MachineDirectoryFilesTest, ReplacesNoDirectoryAndLeavesNothingBehind) {
  fs::create_directories(shared_ / outputs_ / "taken/below");
  EXPECT_FALSE(write("taken", "1").ok());
  EXPECT_TRUE(write("file", "1").ok());
  EXPECT_TRUE(write("file", "2").ok());
  EXPECT_TRUE(fs::is_directory(shared_ / outputs_ / "taken/below"));
  EXPECT_EQ(std::distance(fs::directory_iterator(shared_ / outputs_), fs::directory_iterator()), 2);
}

TEST_F(MachineDirectoryFilesTest, BoundsTheFilesOfAMachine) {
  const OutputLimits limits{.file_bytes = 100, .machine_bytes = 1000, .files = 2};
  EXPECT_TRUE(write("a", "1", limits).ok());
  EXPECT_TRUE(write("b", "1", limits).ok());
  EXPECT_EQ(failure_of("c", "1", limits), FilesDecision::too_many_files);
  EXPECT_TRUE(write("a", "longer", limits).ok());
}

TEST_F(MachineDirectoryFilesTest, BoundsTheBytesOfAMachine) {
  const OutputLimits limits{.file_bytes = 100, .machine_bytes = 10, .files = 9};
  EXPECT_TRUE(write("a", "12345678", limits).ok());
  EXPECT_EQ(failure_of("b", "123", limits), FilesDecision::machine_full);
  EXPECT_TRUE(write("b", "12", limits).ok());
  EXPECT_EQ(failure_of("a", "123456789", limits), FilesDecision::machine_full);
  EXPECT_TRUE(write("a", "1", limits).ok());
  EXPECT_TRUE(write("b", "123456789", limits).ok());
}

TEST_F(MachineDirectoryFilesTest, TellsTheRuleOfAMachineAndWhetherItIsOver) {
  EXPECT_EQ(files_->output_rule(space_, machine_)->https_x509dn, "/CN=a");
  EXPECT_FALSE(files_->output_rule(space_, machine_)->is_over);
  put("spaces/s1/current/vcycle-prod-0123456789/stopped", "1\n");
  EXPECT_TRUE(files_->output_rule(space_, machine_)->is_over);
}

}  // namespace
}  // namespace vacuum::shared_directory
