#include "config/settings_section.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/configuration.hpp"
#include "config/testing/file_map.hpp"

namespace vacuum {
namespace {

using testing::HasSubstr;

class SettingsSectionTest : public testing::Test {
 protected:
  /// Loads a usable space with this before it.
  Configuration load(const std::string& text) {
    disk_.files["/t"] = "#!/bin/sh\n";
    disk_.files["/etc/vcycle.conf"] =
        text +
        "[space a]\napi = openstack\nurl = https://k/v3\ncred_id = i\ncred_secret = s\nflavor_names = small\n"
        "[machinetype a one]\nbackoff_seconds = 600\nfizzle_seconds = 300\nroot_image = image:i\n"
        "user_data = /t\n";
    return load_configuration(disk_.sources());
  }

  FileMap disk_;
};

TEST_F(SettingsSectionTest, WithoutASectionAndWithAnEmptyOneTheDefaultsCount) {
  EXPECT_EQ(load("").daemon, DaemonSettings{});
  const auto configuration = load("[settings]\n");
  EXPECT_EQ(shown(configuration), "");
  EXPECT_EQ(configuration.daemon, DaemonSettings{});
}

TEST_F(SettingsSectionTest, AllOptionsAreRead) {
  const auto configuration = load(
      "[settings]\nhttps_listen = 0.0.0.0:443 [::]:443\nhttp_listen = 127.0.0.1:80\nstatus_listen = none\n"
      "https_certificate = /c.pem\nhttps_key = /k.pem\nca_directory = /ca\napel_directory = "
      "/apel\nimagecache_mb = 1\n"
      "joboutputs_file_kb = 2\njoboutputs_machine_mb = 3\njoboutputs_files = 4\njoboutputs_per_minute = 5\n"
      "events_mb = 6\nevents_files = 7\nmanager_name = vm1.example.org\nlease_seconds = 30\n");
  EXPECT_EQ(shown(configuration), "");
  DaemonSettings expected;
  expected.https_listen = {{"0.0.0.0", 443}, {"::", 443}};
  expected.http_listen = {{"127.0.0.1", 80}};
  expected.status_listen.clear();
  expected.https_certificate = "/c.pem";
  expected.https_key = "/k.pem";
  expected.ca_directory = "/ca";
  expected.apel_directory = "/apel";
  expected.imagecache_mb = 1;
  expected.joboutputs_file_kb = 2;
  expected.joboutputs_machine_mb = 3;
  expected.joboutputs_files = 4;
  expected.joboutputs_per_minute = 5;
  expected.events_mb = 6;
  expected.events_files = 7;
  expected.manager_name = "vm1.example.org";
  expected.lease = Seconds{30};
  EXPECT_EQ(configuration.daemon, expected);
  EXPECT_TRUE(configuration.daemon_usable);
}

TEST_F(SettingsSectionTest, AWrongValueHasItsDefaultAndStopsNoSpace) {
  const auto configuration = load(
      "[settings]\nstatus_listen = 9780\nhttps_key = key.pem\nevents_mb = 0\ntarget_share = 1\nevent_mb = "
      "2\n");
  EXPECT_FALSE(configuration.daemon_usable);
  EXPECT_TRUE(configuration.spaces.at(0).usable);
  EXPECT_EQ(configuration.daemon.events_mb, DaemonSettings{}.events_mb);
  const std::string text = shown(configuration);
  EXPECT_THAT(text,
              HasSubstr("/etc/vcycle.conf:2: error: [settings] status_listen: \"9780\" is not ADDRESS:PORT"));
  EXPECT_THAT(text, HasSubstr("https_key: \"key.pem\" is no absolute path; write the path from / on"));
  EXPECT_THAT(text, HasSubstr("events_mb: 0 is out of bounds; give a number from 1 to 1000000"));
  EXPECT_THAT(text,
              HasSubstr("target_share: is an option of a machinetype, not of [settings]; it is ignored"));
  EXPECT_THAT(text, HasSubstr("event_mb: is no known option; it is ignored; did you mean events_mb?"));
}

TEST_F(SettingsSectionTest, AManagersNameIsThatOfAHost) {
  const auto configuration = load("[settings]\nmanager_name = ../vm1\nlease_seconds = 1\n");
  EXPECT_THAT(shown(configuration), HasSubstr("manager_name: \"../vm1\" is no name of a host"));
  EXPECT_THAT(shown(configuration), HasSubstr("lease_seconds: 1 is out of bounds"));
  EXPECT_EQ(configuration.daemon, DaemonSettings{});
}

TEST_F(SettingsSectionTest, TlsNeedsACertificateAndAKey) {
  const auto configuration = load("[settings]\nhttps_listen = 0.0.0.0:443\n");
  EXPECT_FALSE(configuration.daemon_usable);
  EXPECT_THAT(shown(configuration), HasSubstr("https_certificate: is missing: nothing can be served"));
  EXPECT_THAT(shown(configuration), HasSubstr("https_key: is missing: nothing can be served"));
}

TEST_F(SettingsSectionTest, AnOptionOfTheSettingsInASpaceIsToldWhereItBelongs) {
  EXPECT_THAT(
      shown(load("[space a]\nhttps_listen = 1.2.3.4:443\n")),
      HasSubstr("https_listen: is an option of [settings], not of a space; it is ignored; move it to the "
                "[settings] section"));
}

}  // namespace
}  // namespace vacuum
