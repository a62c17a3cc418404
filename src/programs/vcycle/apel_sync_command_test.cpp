#include "programs/vcycle/apel_sync_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"
#include "reports/apel_record.hpp"

namespace vacuum {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class ApelSyncCommandTest : public ::testing::Test {
 protected:
  ApelSyncCommandTest() {
    fs::create_directory(root_ / "state");
    write_file(root_ / "template", "#!/bin/sh\n");
    configure("a.org", "gocdb_sitename = SITE-A\n");
  }

  void configure(const std::string& space, const std::string& options) {
    std::ofstream(root_ / "vcycle.conf", std::ios::app)
        << "[space " << space << "]\napi = openstack\nurl = http://127.0.0.1:1/v3\nproject_name = p\n"
        << "username = u\npassword_base64 = cA==\nflavor_names = small\n"
        << options << "[machinetype " << space << " prod]\ntarget_share = 1\nbackoff_seconds = 1\n"
        << "fizzle_seconds = 1\nroot_image = image:i\nuser_data = " << (root_ / "template").string() << "\n";
  }
  void archive(const std::string& site, const std::string& space, TimePoint ended) {
    JobRecord job{.site = site, .space = SpaceName{space}, .manager = ManagerName{"host"}};
    job.machine = MachineName{fmt::format("vcycle-prod-{}", ++count_)};
    job.started = ended - Seconds{3600};
    job.stopped = ended;
    const fs::path day = root_ / "state/apel-archive" / accounting_day(ended);
    write_file(day / job_record_key(job.space, job.machine), job_record_text(job));
  }
  int sync(bool dry_run = false) {
    out_.str("");
    errors_.str("");
    const DiskPlaces places{.state_directory = (root_ / "state").string(),
                            .config_file = (root_ / "vcycle.conf").string(),
                            .etc_directory = root_.string()};
    return run_apel_sync({.places = places, .month = std::nullopt, .dry_run = dry_run}, now_, out_, errors_);
  }
  std::vector<std::string> outgoing() const {
    std::vector<std::string> texts;
    const fs::path directory = root_ / "state/apel-outgoing/20261201";
    if (!fs::exists(directory)) return texts;
    for (const auto& entry : fs::directory_iterator(directory)) texts.push_back(content_of(entry.path()));
    return texts;
  }

  TemporaryDirectory root_;
  int count_ = 0;
  std::ostringstream out_;
  std::ostringstream errors_;
  const TimePoint end_of_november_ = TimePoint{std::chrono::sys_days{std::chrono::year{2026} / 12 / 1}};
  const TimePoint now_ = end_of_november_ + Seconds{12 * 3600};
};

TEST_F(ApelSyncCommandTest, AtTheFirstOfAMonthTheMonthBeforeIsCounted) {
  archive("SITE-A", "a.org", end_of_november_ - Seconds{1});
  archive("SITE-A", "a.org", end_of_november_ - Seconds{86400 * 29});
  archive("SITE-A", "a.org", end_of_november_);
  EXPECT_EQ(sync(), 0) << errors_.str();
  ASSERT_EQ(outgoing().size(), 1u);
  EXPECT_EQ(outgoing()[0],
            "APEL-sync-message: v0.1\nSite: SITE-A\nSubmitHost: a.org/vcycle-host\nNumberOfJobs: 2\n"
            "Month: 11\nYear: 2026\n%%\n");
  EXPECT_THAT(out_.str(), HasSubstr("2026-11: 2 records of SITE-A from a.org/vcycle-host"));
}

TEST_F(ApelSyncCommandTest, ARepeatLeavesOneMessage) {
  archive("SITE-A", "a.org", end_of_november_ - Seconds{1});
  EXPECT_EQ(sync(), 0);
  EXPECT_EQ(sync(), 0);
  EXPECT_EQ(outgoing().size(), 1u);
}

TEST_F(ApelSyncCommandTest, RecordsThatAreKeptOnlyAreNotCounted) {
  configure("b.org", "");
  archive("org", "b.org", end_of_november_ - Seconds{1});
  EXPECT_EQ(sync(), 0);
  EXPECT_TRUE(outgoing().empty());
  EXPECT_THAT(out_.str(), HasSubstr("1 records are kept only"));
  EXPECT_THAT(out_.str(), HasSubstr("no records were sent"));
}

TEST_F(ApelSyncCommandTest, ADryRunWritesNothing) {
  archive("SITE-A", "a.org", end_of_november_ - Seconds{1});
  EXPECT_EQ(sync(true), 0);
  EXPECT_TRUE(outgoing().empty());
  EXPECT_THAT(out_.str(), HasSubstr("1 records of SITE-A"));
}

TEST_F(ApelSyncCommandTest, AFileThatIsNoRecordIsNamedAndTheOthersAreCounted) {
  archive("SITE-A", "a.org", end_of_november_ - Seconds{1});
  write_file(root_ / "state/apel-archive/20261130/ffffffffffffff", "torn");
  EXPECT_EQ(sync(), 1);
  EXPECT_THAT(errors_.str(), HasSubstr("20261130/ffffffffffffff is no job record; it is not counted"));
  EXPECT_EQ(outgoing().size(), 1u);
}

TEST_F(ApelSyncCommandTest, AnEmptyArchiveIsNoFault) {
  EXPECT_EQ(sync(), 0) << errors_.str();
  EXPECT_THAT(out_.str(), HasSubstr("2026-11: no records were sent"));
}

}  // namespace
}  // namespace vacuum
