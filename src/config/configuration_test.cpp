#include "config/configuration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "config/option.hpp"
#include "config/testing/file_map.hpp"

namespace vacuum {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kSpace =
    "[space a.example.com]\napi = openstack\nurl = https://k.example.com/v3\ncred_id = id\ncred_secret = "
    "geheim\n"
    "flavor_names = small\n";
constexpr const char* kMachinetype =
    "[machinetype a.example.com one]\nbackoff_seconds = 600\nfizzle_seconds = 300\nroot_image = image:i\n"
    "user_data = /t\n";

class ConfigurationTest : public testing::Test {
 protected:
  Configuration load(const std::string& text) {
    disk_.files["/etc/vcycle.conf"] = text;
    disk_.files["/t"] = "#!/bin/sh\n";
    return load_configuration(disk_.sources());
  }

  FileMap disk_;
};

TEST_F(ConfigurationTest, ASmallConfigurationIsUsableAndHasTheDefaultsOfTheTable) {
  const auto configuration = load(std::string(kSpace) + kMachinetype);
  EXPECT_EQ(shown(configuration), "");
  ASSERT_EQ(configuration.spaces.size(), 1u);
  const auto& space = configuration.spaces[0];
  EXPECT_TRUE(space.usable);

  SpaceSettings expected{.name = SpaceName("a.example.com")};
  expected.gocdb_sitename = "example.com";
  expected.https_host = "vcycle.example.com";
  MachinetypeSettings machinetype{
      .name = MachinetypeName("one"), .backoff = Seconds{600}, .fizzle = Seconds{300}};
  machinetype.flavors = {FlavorName("small")};
  machinetype.root_image.location = "i";
  machinetype.user_data.location = "/t";
  expected.machinetypes = {machinetype};
  EXPECT_EQ(space.settings, expected);  // the defaults of the table and of the settings are the same

  OpenstackOptions cloud{.url = "https://k.example.com/v3"};
  cloud.project_domain.id = cloud.user_domain.id = "default";
  cloud.credential_id = "id";
  cloud.credential_secret = Secret("geheim");
  EXPECT_EQ(std::get<OpenstackOptions>(space.cloud), cloud);
}

TEST_F(ConfigurationTest, FilesAreReadInTheirOrder) {
  disk_.files["/var/lib/vcycle/shared/vcycle.d/b.conf"] = "";
  disk_.files["/var/lib/vcycle/shared/vcycle.d/a.conf"] = "";
  disk_.files["/var/lib/vcycle/shared/vcycle.d/a.conf.bak"] = "";
  disk_.files["/etc/vcycle.d/0.conf"] = "";
  disk_.files["/etc/vcycle.conf"] = "";
  EXPECT_THAT(configuration_files(disk_.sources()),
              ElementsAre("/var/lib/vcycle/shared/vcycle.d/a.conf", "/var/lib/vcycle/shared/vcycle.d/b.conf",
                          "/etc/vcycle.d/0.conf", "/etc/vcycle.conf"));
  auto sources = disk_.sources();
  sources.config_file = "/my.conf";
  sources.state_directory = "/state";
  EXPECT_THAT(configuration_files(sources), ElementsAre("/my.conf"));
}

TEST_F(ConfigurationTest, ALaterFileOverrulesAnEarlierOne) {
  disk_.files["/var/lib/vcycle/shared/vcycle.d/common.conf"] =
      std::string(kSpace) + "processors_limit = 10\n" + kMachinetype;
  disk_.files["/etc/vcycle.d/site.conf"] = "[space a.example.com]\nprocessors_limit = 20\n";
  const auto configuration = load("[space a.example.com]\ncleanup_hours = 1\n");
  EXPECT_EQ(shown(configuration), "");
  EXPECT_EQ(configuration.spaces.at(0).settings.processors_limit, 20);
  EXPECT_EQ(configuration.spaces[0].settings.cleanup, Seconds{3600});
}

TEST_F(ConfigurationTest, AFileThatDoesNotParseMakesTheWholeNotParsed) {
  disk_.files["/etc/vcycle.d/bad.conf"] = "[space b]\nwhat is this\n";
  const auto configuration = load(std::string(kSpace) + kMachinetype);
  EXPECT_FALSE(configuration.parsed);
  EXPECT_THAT(configuration.spaces, IsEmpty());
  EXPECT_THAT(shown(configuration),
              HasSubstr("/etc/vcycle.d/bad.conf:2: error: [space b] neither a section header nor"));
}

TEST_F(ConfigurationTest, AFileThatCannotBeReadMakesTheWholeNotParsed) {
  disk_.unreadable = {"/etc/vcycle.conf"};
  const auto configuration = load(kSpace);
  EXPECT_FALSE(configuration.parsed);
  EXPECT_EQ(shown(configuration),
            "/etc/vcycle.conf: error: cannot be read: Permission denied; let the daemon's user read it\n");
}

TEST_F(ConfigurationTest, NoFileAndAMissingNamedFileAreErrors) {
  auto sources = disk_.sources();
  EXPECT_THAT(shown(load_configuration(sources)), HasSubstr("error: there is no configuration file"));
  sources.config_file = "/my.conf";
  const auto configuration = load_configuration(sources);
  EXPECT_FALSE(configuration.parsed);
  EXPECT_THAT(shown(configuration), HasSubstr("/my.conf: error: cannot be read: No such file"));
}

// Spec 9: one bad section stopped all spaces.
TEST_F(ConfigurationTest, AWrongSectionStopsItsOwnSpaceAlone) {
  const auto configuration = load(std::string(kSpace) + kMachinetype +
                                  "[space b]\napi = openstack\nprocessors_limit = many\n[machinetype b "
                                  "x]\n[spice c]\n[machinetype c x]\n[space]\n");
  ASSERT_EQ(configuration.spaces.size(), 2u);
  EXPECT_TRUE(configuration.spaces[0].usable);
  EXPECT_FALSE(configuration.spaces[1].usable);
  EXPECT_EQ(
      shown(configuration),
      R"(/etc/vcycle.conf:12: error: [space b] url: is required and missing; add "url = https://HOST:5000/v3", or "cloud = NAME"
/etc/vcycle.conf:12: error: [space b] username: is missing: there are no credentials; give username and password_file, or cred_id and cred_secret_file, or cloud
/etc/vcycle.conf:14: error: [space b] processors_limit: "many" is not a whole number; give a number of at least 0
/etc/vcycle.conf:15: error: [machinetype b x] backoff_seconds: is required and missing; add "backoff_seconds = …" to the section
/etc/vcycle.conf:15: error: [machinetype b x] fizzle_seconds: is required and missing; add "fizzle_seconds = …" to the section
/etc/vcycle.conf:15: error: [machinetype b x] flavor_names: is missing, here and in the space: no flavor can be chosen; add "flavor_names = NAME …"; openstack flavor list tells the names
/etc/vcycle.conf:15: error: [machinetype b x] root_image: is required and missing; add "root_image = …" to the section
/etc/vcycle.conf:15: error: [machinetype b x] user_data: is required and missing; add "user_data = …" to the section
/etc/vcycle.conf:16: error: [spice c] is an unknown kind of section; did you mean [space …]?
/etc/vcycle.conf:17: warning: [machinetype c x] there is no [space c]; the section is ignored; add the space, or remove the section
/etc/vcycle.conf:18: error: [space] is no valid name of a space; write [space NAME], with a name of a-z, 0-9, dots and hyphens
)");
}

TEST_F(ConfigurationTest, UnknownOptionsAreWarnedOfWithTheNearestName) {
  const auto configuration = load(std::string(kSpace) + "procesors_limit = 1\ntarget_share = 1\nxyzzy = 1\n" +
                                  kMachinetype + "zones = a\nfizle_seconds = 2\n");
  EXPECT_TRUE(configuration.spaces.at(0).usable);
  EXPECT_EQ(shown(configuration),
            "/etc/vcycle.conf:7: warning: [space a.example.com] procesors_limit: is no known option; it is "
            "ignored; did you "
            "mean processors_limit?\n"
            "/etc/vcycle.conf:8: warning: [space a.example.com] target_share: is an option of a machinetype, "
            "not of a space; "
            "it is ignored; move it to the [machinetype …] sections\n"
            "/etc/vcycle.conf:9: warning: [space a.example.com] xyzzy: is no known option; it is ignored; "
            "remove it, or look "
            "its name up in vcycle.conf(5)\n"
            "/etc/vcycle.conf:15: warning: [machinetype a.example.com one] zones: is an option of a space, "
            "not of a "
            "machinetype; it is ignored; move it to the [space …] section\n"
            "/etc/vcycle.conf:16: warning: [machinetype a.example.com one] fizle_seconds: is no known "
            "option; it is ignored; "
            "did you mean fizzle_seconds?\n");
}

TEST_F(ConfigurationTest, ValuesOutOfBoundsAreToldWithTheirBounds) {
  const auto configuration = load(
      std::string(kSpace) + "https_port = 0\nmax_created_percent = 101\nramp = steep\nno_delete = perhaps\n" +
      kMachinetype + "target_share = -1\nhs06_per_processor = nan\nmin_processors = 2 # two\n");
  EXPECT_THAT(shown(configuration),
              HasSubstr("https_port: 0 is out of bounds; give a number from 1 to 65535\n"));
  EXPECT_THAT(shown(configuration),
              HasSubstr("max_created_percent: 101 is out of bounds; give a number from 1 to 100\n"));
  EXPECT_THAT(shown(configuration),
              HasSubstr("ramp: \"steep\" is neither fixed nor adaptive; write fixed or adaptive\n"));
  EXPECT_THAT(shown(configuration),
              HasSubstr("no_delete: \"perhaps\" is neither True nor False; write True or False\n"));
  EXPECT_THAT(shown(configuration), HasSubstr("target_share: -1 is out of bounds"));
  EXPECT_THAT(shown(configuration), HasSubstr("hs06_per_processor: \"nan\" is not a number"));
  EXPECT_THAT(shown(configuration),
              HasSubstr("\"2 # two\" is not a whole number; put the comment on a line of its own"));
}

TEST_F(ConfigurationTest, AllOptionsOfASpaceAreRead) {
  const auto configuration =
      load(std::string(kSpace) +
           "processors_limit = 50\nzones = nova z2\nvolume_gb_per_processor = 20\n"
           "gocdb_sitename = SITE\nhttps_host = WWW.example.com\nhttps_port = 8443\n"
           "shutdown_time = 2000000000\ncleanup_hours = 24\nmax_created_percent = 20\nramp = Adaptive\n"
           "mass_deletion_percent = 30\nno_delete = True\ncreate_seconds = 100\nstart_seconds = 900\n"
           "vacmon_hostport = VacMon.example.com:8884 [2001:db8::1]:8885\n" +
           kMachinetype);
  EXPECT_EQ(shown(configuration), "");
  SpaceSettings expected{.name = SpaceName("a.example.com")};
  expected.processors_limit = 50;
  expected.zones = {ZoneName("nova"), ZoneName("z2")};
  expected.volume_gb_per_processor = 20;
  expected.gocdb_sitename = "SITE";
  expected.sends_accounting = true;
  expected.https_host = "www.example.com";
  expected.https_port = 8443;
  expected.shutdown_time = from_unix(2000000000);
  expected.cleanup = Seconds{24 * 3600};
  expected.max_created_percent = 20;
  expected.ramp = RampKind::adaptive;
  expected.mass_deletion_percent = 30;
  expected.no_delete = true;
  expected.create_window = Seconds{100};
  expected.max_starting = Seconds{900};
  expected.vacmons = {{"vacmon.example.com", 8884}, {"2001:db8::1", 8885}};
  expected.machinetypes = configuration.spaces.at(0).settings.machinetypes;
  EXPECT_EQ(configuration.spaces[0].settings, expected);
}

TEST_F(ConfigurationTest, AVacmonWithoutAPortIsAnError) {
  for (const auto* place : {"vacmon.example.com", "vacmon.example.com:0", "2001:db8::1", ":8884", "a b:1"}) {
    EXPECT_THAT(shown(load(std::string(kSpace) + "vacmon_hostport = " + place + "\n" + kMachinetype)),
                HasSubstr("is not HOST:PORT; write it like vacmon.example.com:8884"))
        << place;
  }
}

TEST_F(ConfigurationTest, AProxyMachinetypeThatTheSpaceLacksIsWarnedOf) {
  const auto proxied = std::string(kSpace) + kMachinetype + "cvmfs_proxy_machinetype = squid:3128\n";
  EXPECT_THAT(shown(load(proxied)),
              HasSubstr("cvmfs_proxy_machinetype of machinetype one names squid, which"));
  const auto squid =
      "[machinetype a.example.com squid]\nbackoff_seconds = 1\nfizzle_seconds = 1\n"
      "root_image = image:i\nuser_data = /t\n";
  const auto configuration = load(proxied + squid);
  EXPECT_EQ(shown(configuration), "");
  EXPECT_EQ(configuration.spaces.at(0).settings.machinetypes.at(0).cvmfs_proxy,
            (CvmfsProxySource{MachinetypeName("squid"), 3128}));
}

TEST_F(ConfigurationTest, OnlyOpenstackIsSpokenSoFar) {
  for (const auto* api : {"ec2", "azure", "OpenStack"}) {
    const auto configuration =
        load(std::string("[space b]\napi = ") + api + "\naccess_key = x\n[machinetype b x]\n");
    EXPECT_THAT(shown(configuration),
                HasSubstr(fmt::format("api: this version does not support \"{}\", only openstack", api)));
    EXPECT_FALSE(configuration.spaces.at(0).usable);
  }
}

TEST_F(ConfigurationTest, ASpaceNeedsAMachinetype) {
  EXPECT_THAT(shown(load(kSpace)),
              HasSubstr("[space a.example.com] has no machinetype; add a section [machinetype "
                        "a.example.com NAME] or [vacuum_pipe a.example.com PREFIX]"));
}

TEST_F(ConfigurationTest, ARequestThatMayOutliveTheTimeItsMachineIsWaitedForIsWarnedOf) {
  const auto text = std::string(kSpace) + "create_seconds = 30\nrequest_seconds = 31\n" + kMachinetype;
  EXPECT_THAT(
      shown(load(text)),
      HasSubstr(
          "warning: [space a.example.com] create_seconds: 30 is shorter than one request may take, 31 s"));
}

RC_GTEST_PROP(ConfigurationPropertyTest, AnyFileGivesAConfiguration, ()) {
  const auto names = option_names({OptionScope::space, OptionScope::openstack, OptionScope::machinetype});
  const auto word = rc::gen::oneOf(
      rc::gen::elementOf(names), rc::gen::arbitrary<std::string>(),
      rc::gen::elementOf(std::vector<std::string>{"openstack", "9999999999999", "-1", "image:"}));
  FileMap disk;
  std::string text = "[space a]\napi = openstack\n";
  for (const auto& [name, value] :
       *rc::gen::container<std::vector<std::pair<std::string, std::string>>>(rc::gen::pair(word, word))) {
    text += name + " = " + value + "\n";
    if (name.size() % 7 == 0) text += "[machinetype a m" + std::to_string(name.size()) + "]\n";
  }
  disk.files["/etc/vcycle.conf"] = text;
  const auto configuration = load_configuration(disk.sources());
  RC_ASSERT(configuration.parsed || has_error(configuration.diagnostics));
  for (const auto& space : configuration.spaces) RC_ASSERT(space.usable != has_error(space.diagnostics));
}

}  // namespace
}  // namespace vacuum
