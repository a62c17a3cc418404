#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "platform/machine_features.hpp"
#include "platform/machine_urls.hpp"
#include "platform/user_data.hpp"

namespace vacuum {
namespace {

SpaceSettings space() {
  SpaceSettings settings;
  settings.name = SpaceName{"s.example.com"};
  settings.https_host = "host.example.com";
  settings.https_port = 443;
  return settings;
}

const MachineName kMachine{"vcycle-prod-aaaaaaaaaa"};

UserDataValues values() {
  UserDataValues made;
  made.space = SpaceName{"s.example.com"};
  made.machinetype = MachinetypeName{"prod"};
  made.machine = kMachine;
  made.manager_version = "Vacuum 1.2.3";
  made.manager_hostname = "manager.example.com";
  made.site = "SITE";
  made.urls = machine_urls(space(), kMachine);
  made.options = {{"queue", "long"}, {"cvmfs_proxy", "http://squid:3128"}};
  made.files = {{"key", "line 1\nline 2\n"}};
  return made;
}

std::string file(const std::vector<FeatureFile>& files, const std::string& path) {
  for (const auto& candidate : files) {
    if (candidate.path == path) return candidate.content;
  }
  return "(none)";
}

TEST(UserDataTest, AutomaticNamesOldAndNewAreFilled) {
  EXPECT_EQ(fill_user_data("##user_data_space## ##user_data_machinetype## ##user_data_vmtype##", values()),
            "s.example.com prod prod");
  EXPECT_EQ(fill_user_data("##user_data_machine_hostname##=##user_data_vm_hostname##", values()),
            kMachine.text() + "=" + kMachine.text());
  EXPECT_EQ(fill_user_data("##user_data_manager_version##|##user_data_vmlm_hostname##|##user_data_site##",
                           values()),
            "Vacuum 1.2.3|manager.example.com|SITE");
}

TEST(UserDataTest, BothFormsOfTheUrlPatternsAreFilled) {
  const std::string url =
      "https://host.example.com:443/machines/s.example.com/" + kMachine.text() + "/joboutputs";
  EXPECT_EQ(fill_user_data("##user_data_joboutputs_url##", values()), url);
  EXPECT_EQ(fill_user_data("##user_data_manager_joboutputs_url##", values()), url);
  EXPECT_EQ(fill_user_data("##user_data_heartbeat_machines_url##", values()),
            "https://host.example.com:443/heartbeatlists/s.example.com");
}

TEST(UserDataTest, TheSitesOptionsAndFilesAreFilled) {
  EXPECT_EQ(fill_user_data("##user_data_option_queue##,##user_data_option_cvmfs_proxy##", values()),
            "long,http://squid:3128");
  EXPECT_EQ(fill_user_data("[##user_data_file_key##][##user_data_option_key##]", values()),
            "[line 1\nline 2\n][line 1\nline 2\n]");
}

TEST(UserDataTest, PatternsThatNobodyFillsAreRemoved) {
  EXPECT_EQ(fill_user_data("a##user_data_option_unknown##b##user_data_uuid##c", values()), "abc");
}

TEST(UserDataTest, WhatIsNoPatternStaysToTheLastNewline) {
  const std::string text = "#!/bin/sh\n## comment ##\n##user_data_Space##\n##user_data_\n##\n\n";
  EXPECT_EQ(fill_user_data(text, values()), text);
}

TEST(UserDataTest, ValuesAreNotSearchedAgain) {
  auto tricky = values();
  tricky.options["queue"] = "##user_data_option_cvmfs_proxy##";
  EXPECT_EQ(fill_user_data("##user_data_option_queue##", tricky), "##user_data_option_cvmfs_proxy##");
}

TEST(UserDataTest, TextWithoutPatternsIsUnchangedWhateverItHolds) {
  EXPECT_TRUE(rc::check([](const std::string& text) {
    if (text.find("##user_data_") == std::string::npos) RC_ASSERT(fill_user_data(text, values()) == text);
  }));
}

TEST(MachineFeaturesTest, KnownValuesHaveFilesUnderOldAndNewNames) {
  const auto files = feature_files({.processors = 4,
                                    .hs06 = 42.5,
                                    .max_rss_bytes = 8589934592,
                                    .max_wallclock = Seconds{86400},
                                    .created = from_unix(1800000000),
                                    .job_id = "uuid",
                                    .shutdown_time = from_unix(1800009999)});
  EXPECT_EQ(file(files, "machinefeatures/total_cpu"), "4\n");
  EXPECT_EQ(file(files, "machinefeatures/phys_cores"), "4\n");
  EXPECT_EQ(file(files, "machinefeatures/jobslots"), "1\n");
  EXPECT_EQ(file(files, "machinefeatures/hs06"), "42.5\n");
  EXPECT_EQ(file(files, "machinefeatures/shutdowntime"), "1800009999\n");
  EXPECT_EQ(file(files, "jobfeatures/allocated_CPU"), "4\n");
  EXPECT_EQ(file(files, "jobfeatures/wall_limit_secs"), "86400\n");
  EXPECT_EQ(file(files, "jobfeatures/cpu_limit_secs"), "345600\n");
  EXPECT_EQ(file(files, "jobfeatures/max_rss_bytes"), "8589934592\n");
  EXPECT_EQ(file(files, "jobfeatures/shutdowntime_job"), "1800009999\n");
}

TEST(MachineFeaturesTest, TheCloudsIdIsTheJobIdAndNotTheStart) {
  const auto files = feature_files({.created = from_unix(1800000000), .job_id = "uuid"});
  EXPECT_EQ(file(files, "jobfeatures/job_id"), "uuid\n");
  EXPECT_EQ(file(files, "jobfeatures/jobstart_secs"), "1800000000\n");
}

TEST(MachineFeaturesTest, AValueThatIsNotKnownHasNoFile) {
  const auto files = feature_files({});
  for (const char* path :
       {"machinefeatures/hs06", "jobfeatures/hs06_job", "jobfeatures/job_id", "jobfeatures/max_rss_bytes",
        "machinefeatures/shutdowntime", "jobfeatures/shutdowntime_job"}) {
    EXPECT_EQ(file(files, path), "(none)") << path;
  }
}

TEST(MachineFeaturesTest, TheGraceIsToldWithBothNamesAndIsZeroWhereNoneIsPromised) {
  const auto promised = feature_files({.grace = Seconds{1800}});
  EXPECT_EQ(file(promised, "machinefeatures/grace_secs"), "1800\n");
  EXPECT_EQ(file(promised, "jobfeatures/grace_secs_job"), "1800\n");
  EXPECT_EQ(file(feature_files({}), "machinefeatures/grace_secs"), "0\n");
  EXPECT_EQ(file(feature_files({}), "jobfeatures/grace_secs_job"), "0\n");
}

TEST(MachineMetadataTest, NamesTheMachineItsSpaceAndItsUrls) {
  const auto metadata = machine_metadata(space(), kMachine, MachinetypeName{"prod"});
  EXPECT_EQ(metadata.at("name"), kMachine.text());
  EXPECT_EQ(metadata.at("machinetype"), "prod");
  EXPECT_EQ(metadata.at("space"), "s.example.com");
  EXPECT_TRUE(metadata.at("jobfeatures").ends_with("/jobfeatures"));
}

}  // namespace
}  // namespace vacuum
