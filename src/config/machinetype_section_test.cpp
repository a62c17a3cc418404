#include "config/machinetype_section.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/testing/file_map.hpp"

namespace vacuum {
namespace {

using testing::HasSubstr;

constexpr const char* kFiles = "/var/lib/vcycle/spaces/a/machinetypes/one/files/";

class MachinetypeSectionTest : public testing::Test {
 protected:
  /// Loads a space "a" with a machinetype "one" that has these lines beside the required ones.
  Configuration load(const std::string& lines,
                     const std::string& sources = "root_image = image:i\nuser_data = /t\n") {
    disk_.files["/t"] = "#!/bin/sh\n";
    disk_.files["/etc/vcycle.conf"] =
        "[space a]\napi = openstack\nurl = https://k/v3\ncred_id = i\ncred_secret = s\nflavor_names = small\n"
        "[machinetype a one]\nbackoff_seconds = 600\nfizzle_seconds = 300\n" +
        sources + lines;
    return load_configuration(disk_.sources());
  }

  /// The findings without their places.
  static std::string findings(const Configuration& configuration) {
    std::string text;
    for (auto diagnostic : configuration.all_diagnostics()) {
      diagnostic.location = {};
      diagnostic.section.clear();
      text += to_string(diagnostic) + "\n";
    }
    return text;
  }

  FileMap disk_;
};

TEST_F(MachinetypeSectionTest, AllOptionsAreRead) {
  disk_.files["/key.pub"] = "ssh-ed25519 AAAA";
  disk_.files[std::string(kFiles) + "sites"] = "x";
  const auto configuration = load(
      "target_share = 2.5\nmax_wallclock_seconds = 3600\nmin_processors = 2\nmax_processors = "
      "8\nprocessors_limit = 40\n"
      "max_starting_processors = 10\nflavor_names = big huge\nhs06_per_processor = 11.5\nmb_per_processor = "
      "4096\n"
      "disk_gb_per_processor = 10\nheartbeat_file = heart-beat.1\nheartbeat_seconds = 900\nhttps_x509dn = "
      "/DC=a/CN=b\n"
      "accounting_fqan = /vo/Role=x\nroot_public_key = /key.pub\nuser_data_option_proxy = http://h:1\n"
      "user_data_file_sites = sites\nuser_data_proxy = False\n");
  EXPECT_THAT(findings(configuration), ::testing::StartsWith("warning: heartbeat_file: is enforced"));
  MachinetypeSettings expected{.name = MachinetypeName("one"), .target_share = 2.5};
  expected.backoff = Seconds{600};
  expected.fizzle = Seconds{300};
  expected.max_wallclock = Seconds{3600};
  expected.min_processors = 2;
  expected.max_processors = 8;
  expected.processors_limit = 40;
  expected.max_starting_processors = 10;
  expected.flavors = {FlavorName("big"), FlavorName("huge")};
  expected.hs06_per_processor = 11.5;
  expected.mb_per_processor = 4096;
  expected.disk_gb_per_processor = 10;
  expected.heartbeat = HeartbeatRule{"heart-beat.1", Seconds{900}};
  expected.https_x509dn = "/DC=a/CN=b";
  expected.accounting_fqan = "/vo/Role=x";
  expected.root_image.location = "i";
  expected.root_public_key = "/key.pub";
  expected.user_data.location = "/t";
  expected.user_data_options = {{"proxy", "http://h:1"}};
  expected.user_data_files = {{"sites", std::string(kFiles) + "sites"}};
  ASSERT_EQ(configuration.spaces.at(0).settings.machinetypes.size(), 1u);
  EXPECT_EQ(configuration.spaces[0].settings.machinetypes[0], expected);
}

TEST_F(MachinetypeSectionTest, TheStartingLimitIsTheProcessorsLimitWhereNotGiven) {
  EXPECT_EQ(load("processors_limit = 7\n").spaces.at(0).settings.machinetypes.at(0).max_starting_processors,
            7);
  EXPECT_EQ(load("").spaces.at(0).settings.machinetypes.at(0).max_starting_processors, std::nullopt);
}

TEST_F(MachinetypeSectionTest, DeprecatedNamesWorkAndAreWarnedOf) {
  const auto configuration = load(
      "cpu_per_machine = 4\nflavor_name = big\nx509dn = /CN=a\nlog_joboutputs = True\n"
      "remote_joboutputs_url = x\nuser_data_proxy_cert = y\n");
  EXPECT_EQ(findings(configuration),
            "warning: cpu_per_machine: is a deprecated name of min_processors; rename it to min_processors\n"
            "warning: flavor_name: is a deprecated name of flavor_names; rename it to flavor_names\n"
            "warning: x509dn: is a deprecated name of https_x509dn; rename it to https_x509dn\n"
            "warning: log_joboutputs: has no effect any more; remove it; cleanup_hours of the space says how "
            "long directories "
            "are kept\n"
            "warning: remote_joboutputs_url: has no effect any more; remove it; fetch joboutputs from the "
            "shared directory\n"
            "warning: user_data_proxy_cert: has no effect any more; remove it\n");
  const auto& machinetype = configuration.spaces.at(0).settings.machinetypes.at(0);
  EXPECT_EQ(machinetype.min_processors, 4);
  EXPECT_EQ(machinetype.flavors, std::vector{FlavorName("big")});
  EXPECT_EQ(machinetype.https_x509dn, "/CN=a");
}

TEST_F(MachinetypeSectionTest, TheNameInUseRulesOverTheDeprecatedOne) {
  const auto configuration = load("processors_per_machine = 4\nmin_processors = 2\n");
  EXPECT_EQ(configuration.spaces.at(0).settings.machinetypes.at(0).min_processors, 2);
  EXPECT_THAT(findings(configuration),
              HasSubstr("is a deprecated name of min_processors, which is given too and rules"));
}

TEST_F(MachinetypeSectionTest, WhatOnlyALaterVersionDoesIsAnError) {
  const auto expect_error = [&](const std::string& lines, const std::string& message) {
    const auto configuration = load(lines, "");
    EXPECT_FALSE(configuration.spaces.at(0).usable) << lines;
    EXPECT_THAT(findings(configuration), HasSubstr("error: " + message)) << lines;
  };
  expect_error("root_image = https://a/b.iso\n", "root_image: images from a URL come with a later version");
  expect_error("root_image = /a/b.iso\n", "root_image: images from files come with a later version");
  expect_error("root_image = b.iso\n", "root_image: images from files come with a later version");
  expect_error("user_data = http://a/b\n", "user_data: templates from a URL come with a later version");
  expect_error("user_data_proxy = true\n", "user_data_proxy: X.509 proxies come with a later version");
  expect_error("legacy_proxy = True\n", "legacy_proxy: X.509 proxies come with a later version");
  expect_error("cernvm_signing_dn = ^/CN=x$\n",
               "cernvm_signing_dn: the verification of image signatures comes with");
  expect_error("root_image = image:\n", "root_image: names no image");
}

TEST_F(MachinetypeSectionTest, FilesThatAreNamedMustBeThere) {
  const auto configuration = load("user_data_file_x = y\n", "root_image = image:i\nuser_data = z\n");
  EXPECT_EQ(
      findings(configuration),
      fmt::format(
          "error: user_data: {0}z cannot be read: No such file or directory; put the file there\n"
          "error: user_data_file_x: {0}y cannot be read: No such file or directory; put the file there\n",
          kFiles));
}

TEST_F(MachinetypeSectionTest, ThePublicKeyOfRootIsTheDefaultWhereItExists) {
  EXPECT_EQ(load("").spaces.at(0).settings.machinetypes.at(0).root_public_key, "");
  disk_.files["/root/.ssh/id_rsa.pub"] = "ssh-rsa AAAA";
  EXPECT_EQ(load("").spaces.at(0).settings.machinetypes.at(0).root_public_key, "/root/.ssh/id_rsa.pub");
  const auto configuration = load("root_public_key = mine.pub\n");
  EXPECT_EQ(configuration.spaces.at(0).settings.machinetypes.at(0).root_public_key, "");
  EXPECT_THAT(findings(configuration),
              HasSubstr("warning: root_public_key: " + std::string(kFiles) +
                        "mine.pub cannot be read: No such file or directory; machines get no key"));
}

TEST_F(MachinetypeSectionTest, AHeartbeatNeedsFileAndSecondsAndAPlainName) {
  EXPECT_THAT(findings(load("heartbeat_file = hb\n")),
              HasSubstr("warning: heartbeat_file: has no effect without"));
  EXPECT_THAT(findings(load("heartbeat_seconds = 9\n")),
              HasSubstr("warning: heartbeat_seconds: has no effect without"));
  for (const auto* name : {"../x", "a/b", ".hidden", "a b"}) {
    EXPECT_THAT(findings(load(fmt::format("heartbeat_file = {}\nheartbeat_seconds = 9\n", name))),
                HasSubstr("error: heartbeat_file: is no plain file name"))
        << name;
  }
}

TEST_F(MachinetypeSectionTest, NamesAreChecked) {
  EXPECT_THAT(findings(load("user_data_option_a-b = 1\n")),
              HasSubstr("error: user_data_option_a-b: has a name with other"));
  EXPECT_THAT(findings(load("[machinetype a two_2]\n")),
              HasSubstr("error: the machinetype's name holds other characters"));
  EXPECT_THAT(findings(load("cvmfs_proxy_machinetype = a:b\n")), HasSubstr("is neither NAME nor NAME:PORT"));
  EXPECT_THAT(findings(load("min_processors = 4\nmax_processors = 2\n")),
              HasSubstr("2 is less than min_processors, 4"));
}

TEST_F(MachinetypeSectionTest, ValuesFromDefaultCountInEveryMachinetype) {
  const auto configuration =
      load("[DEFAULT]\nuser_data_option_proxy = p\nmax_wallclock_seconds = 60\nxyzzy = 1\n");
  const auto& machinetype = configuration.spaces.at(0).settings.machinetypes.at(0);
  EXPECT_EQ(machinetype.max_wallclock, Seconds{60});
  EXPECT_EQ(machinetype.user_data_options.at("proxy"), "p");
  EXPECT_EQ(shown(configuration),
            "/etc/vcycle.conf:15: warning: [DEFAULT] xyzzy: is no known option; it is ignored; remove "
            "it, or look its name up in vcycle.conf(5)\n");
}

}  // namespace
}  // namespace vacuum
