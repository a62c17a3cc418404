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
      "user_data_file_sites = sites\nuser_data_proxy = False\nimage_signing_dn = ^/CN=signer$\n"
      "cvmfs_proxy_machinetype = one\npreemptible = True\ngrace_secs = 900\n");
  EXPECT_EQ(findings(configuration), "");
  MachinetypeSettings expected{.name = MachinetypeName("one"), .target_share = 2.5};
  expected.backoff = Seconds{600};
  expected.fizzle = Seconds{300};
  expected.max_wallclock = Seconds{3600};
  expected.preemptible_grace = Seconds{900};
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
  expected.image_signing_dn = "^/CN=signer$";
  expected.cvmfs_proxy = CvmfsProxySource{MachinetypeName("one"), 280};
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

TEST_F(MachinetypeSectionTest, AnImageComesFromTheCloudAUrlAPathOrTheDirectoryOfFiles) {
  disk_.files["/images/a.iso"] = "x";
  disk_.files[std::string(kFiles) + "b.iso"] = "x";
  const auto image = [&](const std::string& text) {
    const auto configuration = load("", "user_data = /t\nroot_image = " + text + "\n");
    EXPECT_EQ(findings(configuration), "") << text;
    return configuration.spaces.at(0).settings.machinetypes.at(0).root_image;
  };
  EXPECT_EQ(image("image:cern vm"), (ImageSource{ImageSource::Kind::in_cloud, "cern vm"}));
  EXPECT_EQ(image("https://a.example.com/b.iso"),
            (ImageSource{ImageSource::Kind::url, "https://a.example.com/b.iso"}));
  EXPECT_EQ(image("/images/a.iso"), (ImageSource{ImageSource::Kind::file, "/images/a.iso"}));
  EXPECT_EQ(image("b.iso"), (ImageSource{ImageSource::Kind::file, std::string(kFiles) + "b.iso"}));
}

TEST_F(MachinetypeSectionTest, ATemplateComesFromAUrlToo) {
  const auto configuration = load("", "root_image = image:i\nuser_data = http://a.example.com/user_data\n");
  EXPECT_EQ(findings(configuration), "");
  EXPECT_EQ(configuration.spaces.at(0).settings.machinetypes.at(0).user_data,
            (TemplateSource{TemplateSource::Kind::url, "http://a.example.com/user_data"}));
}

TEST_F(MachinetypeSectionTest, ImagesAndTemplatesThatAreNoneAreErrors) {
  const auto expect_error = [&](const std::string& lines, const std::string& message) {
    const auto configuration = load(lines, "");
    EXPECT_FALSE(configuration.spaces.at(0).usable) << lines;
    EXPECT_THAT(findings(configuration), HasSubstr("error: " + message)) << lines;
  };
  expect_error("root_image = image:\n", "root_image: names no image");
  expect_error("root_image = ftp://a/b.iso\n", "root_image: is no http(s) URL; give an http or https URL");
  expect_error("root_image = https://u:p@a/b.iso\n", "root_image: holds a user name or password");
  expect_error("root_image = /a/b.iso\n", "root_image: /a/b.iso cannot be read: No such file");
  expect_error("user_data = file:///etc/passwd\n", "user_data: is no http(s) URL");
}

TEST_F(MachinetypeSectionTest, AProxyNeedsItsCertificateAndKeyOneLevelAboveTheFiles) {
  const std::string above = "/var/lib/vcycle/spaces/a/machinetypes/one/";
  const auto without = load("user_data_proxy = true\n");
  EXPECT_TRUE(without.spaces.at(0).usable) << "this machinetype waits, the others go on";
  EXPECT_THAT(findings(without),
              HasSubstr("warning: user_data_proxy: " + above + "x509cert.pem cannot be read: No such file"));
  disk_.files[above + "x509cert.pem"] = "certificate";
  disk_.files[above + "x509key.pem"] = "key";
  auto configuration = load("user_data_proxy = true\n");
  EXPECT_EQ(findings(configuration), "");
  auto machinetype = configuration.spaces.at(0).settings.machinetypes.at(0);
  EXPECT_EQ(machinetype.user_data_proxy, ProxyKind::rfc3820);
  EXPECT_EQ(machinetype.proxy_certificate_file, above + "x509cert.pem");
  EXPECT_EQ(machinetype.proxy_key_file, above + "x509key.pem");
  disk_.readable_by_others = {above + "x509key.pem"};
  configuration = load("user_data_proxy = true\nlegacy_proxy = True\n");
  EXPECT_EQ(configuration.spaces.at(0).settings.machinetypes.at(0).user_data_proxy, ProxyKind::legacy);
  EXPECT_THAT(findings(configuration), HasSubstr("x509key.pem can be read by everybody; chmod 600 it"));
}

TEST_F(MachinetypeSectionTest, TheFormOfAProxyAloneAsksForNone) {
  const auto configuration = load("legacy_proxy = True\n");
  EXPECT_EQ(configuration.spaces.at(0).settings.machinetypes.at(0).user_data_proxy, ProxyKind::none);
  EXPECT_THAT(findings(configuration), HasSubstr("legacy_proxy: has no effect without user_data_proxy"));
}

// Spec 9: of two names for the same, one was never read, and images were not verified.
TEST_F(MachinetypeSectionTest, BothNamesOfTheSignersOptionMeanTheSame) {
  for (const auto* name : {"cernvm_signing_dn", "image_signing_dn"}) {
    const auto configuration = load(std::string(name) + " = ^/CN=x$\n");
    EXPECT_EQ(findings(configuration), "");
    EXPECT_EQ(configuration.spaces.at(0).settings.machinetypes.at(0).image_signing_dn, "^/CN=x$");
  }
  EXPECT_THAT(
      findings(load("cernvm_signing_dn = a\nimage_signing_dn = b\n")),
      HasSubstr("error: cernvm_signing_dn: and image_signing_dn mean the same and have different values"));
  EXPECT_EQ(findings(load("cernvm_signing_dn = a\nimage_signing_dn = a\n")), "");
  EXPECT_THAT(findings(load("cernvm_signing_dn = (\n")),
              HasSubstr("error: cernvm_signing_dn: is no regular"));
  EXPECT_THAT(findings(load("image_signing_dn =\n")), HasSubstr("error: image_signing_dn: names nobody"));
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

TEST_F(MachinetypeSectionTest, APreemptibleMachinetypeNeedsItsGrace) {
  const auto read = [&](const std::string& lines) {
    return load(lines).spaces.at(0).settings.machinetypes.at(0).preemptible_grace;
  };
  EXPECT_EQ(read("preemptible = True\ngrace_secs = 1800\n"), Seconds{1800});
  EXPECT_EQ(read("preemptible = False\ngrace_secs = 1800\n"), std::nullopt);
  EXPECT_EQ(
      to_string(load("preemptible = yes\n").all_diagnostics().at(0)),
      "/etc/vcycle.conf:12: error: [machinetype a one] preemptible: needs grace_secs: how long before its "
      "end a machine is told; add \"grace_secs = SECONDS\", as long as its work needs to end well");
  EXPECT_THAT(findings(load("preemptible = True\ngrace_secs = 0\n")),
              HasSubstr("error: grace_secs: 0 is out of bounds"));
  EXPECT_THAT(findings(load("grace_secs = 60\n")),
              HasSubstr("warning: grace_secs: has no effect without preemptible"));
  EXPECT_THAT(findings(load("preemptible = True\ngrace_secs = 3600\nmax_wallclock_seconds = 3600\n")),
              HasSubstr("warning: grace_secs: 3600 is not less than max_wallclock_seconds, 3600"));
  EXPECT_EQ(findings(load("preemptible = True\ngrace_secs = 3600\n")), "");
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
              HasSubstr("error: the machinetype's name is too long, or holds other characters"));
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
