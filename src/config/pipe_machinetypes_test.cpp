#include "config/pipe_machinetypes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/pipe_copy.hpp"
#include "config/testing/file_map.hpp"

namespace vacuum {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kUrl = "https://vo.example.org/a.pipe";
constexpr const char* kSpace =
    "[space s]\napi = openstack\nurl = https://k/v3\ncred_id = i\ncred_secret = s\nflavor_names = small\n";
constexpr const char* kPipe =
    "[vacuum_pipe s vo]\nvacuum_pipe_url = https://vo.example.org/a.pipe\ntarget_share = 6\n";

/// An entry of a pipe that can be used as it is.
std::string entry(const std::string& suffix, const std::string& more = "") {
  return R"({"suffix": ")" + suffix + R"(", "target_share": 1, "backoff_seconds": 600, "fizzle_seconds": 300,
    "root_image": "https://vo.example.org/i.iso", "user_data": "https://vo.example.org/u")" +
         more + "}";
}

class PipeMachinetypesTest : public testing::Test {
 protected:
  /// The copy on disk of the pipe of space s with this prefix.
  void keep(const std::string& content, const std::string& prefix = "vo", const std::string& url = kUrl) {
    disk_.files[pipe_copy_path("/var/lib/vcycle", SpaceName("s"), prefix)] =
        write_pipe_copy({url, from_unix(1'800'000'000), "", "", content});
  }
  void keep_entries(const std::string& entries) { keep("{\"machinetypes\": [" + entries + "]}"); }

  const SpaceConfiguration& load(const std::string& sections = "") {
    disk_.files["/etc/vcycle.conf"] = std::string(kSpace) + kPipe + sections;
    disk_.files["/t"] = "#!/bin/sh\n";
    configuration_ = load_configuration(disk_.sources());
    return configuration_.spaces.at(0);
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& machinetype : configuration_.spaces.at(0).settings.machinetypes)
      names.push_back(machinetype.name.text());
    return names;
  }

  FileMap disk_;
  Configuration configuration_;
};

TEST_F(PipeMachinetypesTest, EachEntryMakesAMachinetype) {
  keep(R"({"cache_seconds": 900, "machinetypes": [)" + entry("prod") + "," +
       entry("test", R"(, "target_share": 3, "user_data_option_vo": " -x ", "heartbeat_file": "hb",
                          "heartbeat_seconds": 60, "max_wallclock_seconds": 7200, "min_processors": 2,
                          "max_processors": 8, "accounting_fqan": "/vo", "image_signing_dn": "^/CN=x$")") +
       "]}");
  const auto& space = load();
  EXPECT_EQ(shown(configuration_), "");
  EXPECT_TRUE(space.usable);
  EXPECT_THAT(names(), ElementsAre("vo-prod", "vo-test"));
  EXPECT_EQ(space.settings.machinetypes[0].target_share, 1.5);
  MachinetypeSettings expected{.name = MachinetypeName("vo-test"), .target_share = 4.5};
  expected.backoff = Seconds{600};
  expected.fizzle = Seconds{300};
  expected.max_wallclock = Seconds{7200};
  expected.min_processors = 2;
  expected.max_processors = 8;
  expected.flavors = {FlavorName("small")};
  expected.heartbeat = HeartbeatRule{"hb", Seconds{60}};
  expected.accounting_fqan = "/vo";
  expected.root_image = {ImageSource::Kind::url, "https://vo.example.org/i.iso"};
  expected.image_signing_dn = "^/CN=x$";
  expected.user_data = {TemplateSource::Kind::url, "https://vo.example.org/u"};
  expected.user_data_options = {{"vo", " -x "}};
  EXPECT_EQ(space.settings.machinetypes[1], expected);
  ASSERT_EQ(space.pipes.size(), 1u);
  EXPECT_EQ(space.pipes[0].cache, Seconds{900});
  EXPECT_TRUE(space.pipes[0].copy);
}

TEST_F(PipeMachinetypesTest, OwnSectionThenPipesSectionThenDefaultThenPipe) {
  keep_entries(entry("a", R"(, "max_wallclock_seconds": 1, "min_processors": 1, "user_data_option_x": "pipe",
                              "user_data_option_y": "pipe", "user_data_option_z": "pipe", "user_data_option_p": "pipe")") +
               "," + entry("b", R"(, "min_processors": 1)"));
  const auto& space = load(
      "user_data_option_x = section\nuser_data_option_y = section\nprocessors_per_machine = 4\n"
      "[DEFAULT]\nuser_data_option_x = default\nuser_data_option_z = default\n"
      "[machinetype s vo-a]\nuser_data_option_x = own\nmax_wallclock_seconds = 7200\n");
  const auto& a = space.settings.machinetypes.at(0);
  EXPECT_EQ(a.user_data_options.at("x"), "own");
  EXPECT_EQ(a.user_data_options.at("y"), "section");
  EXPECT_EQ(a.user_data_options.at("z"), "default");
  EXPECT_EQ(a.user_data_options.at("p"), "pipe");
  EXPECT_EQ(a.max_wallclock, Seconds{7200});
  EXPECT_EQ(a.min_processors, 4) << "a deprecated name in a section rules over the pipe too";
  EXPECT_EQ(space.settings.machinetypes.at(1).user_data_options.at("x"), "section");
  EXPECT_EQ(space.settings.machinetypes.at(1).min_processors, 4);
}

TEST_F(PipeMachinetypesTest, SharesAreDividedInTheProportionsOfThePipe) {
  keep_entries(entry("a", R"(, "target_share": 1)") + "," + entry("b", R"(, "target_share": "0.5")") + "," +
               entry("c", R"(, "target_share": 0)") + "," +
               entry("d", R"(, "target_share": 0.5, "machine_model": "docker")"));
  const auto& types = load("[machinetype s vo-c]\ntarget_share = 9\n").settings.machinetypes;
  ASSERT_EQ(types.size(), 3u);
  EXPECT_EQ(types[0].target_share, 3);
  EXPECT_EQ(types[1].target_share, 1.5);
  EXPECT_EQ(types[2].target_share, 9) << "its own section's share is its share";
}

TEST_F(PipeMachinetypesTest, WithoutSharesNothingIsDividedByNought) {
  keep_entries(entry("a", R"(, "target_share": 0)"));
  EXPECT_EQ(load().settings.machinetypes.at(0).target_share, 0);
}

TEST_F(PipeMachinetypesTest, FilesAreThoseOfThePrefix) {
  const std::string directory = "/var/lib/vcycle/spaces/s/machinetypes/vo/";
  for (const auto* name : {"x509cert.pem", "x509key.pem", "files/cert", "files/u"})
    disk_.files[directory + name] = "x";
  keep_entries(entry("a", R"(, "user_data": "u", "user_data_file_c": "cert", "user_data_proxy": "true")"));
  const auto& type = load().settings.machinetypes.at(0);
  EXPECT_EQ(shown(configuration_), "");
  EXPECT_EQ(type.user_data, (TemplateSource{TemplateSource::Kind::file, directory + "files/u"}));
  EXPECT_EQ(type.user_data_files.at("c"), directory + "files/cert");
  EXPECT_EQ(type.proxy_certificate_file, directory + "x509cert.pem");
  EXPECT_EQ(type.user_data_proxy, ProxyKind::rfc3820);
}

// Spec 9: one bad section, or one bad pipe, stopped all.
TEST_F(PipeMachinetypesTest, ABadEntryCostsItsOwnMachinetypeAlone) {
  keep_entries(entry("good") + "," + entry("bad", R"(, "user_data": "/etc/shadow")") + "," +
               entry("worse", R"(, "backoff_seconds": "x")") + "," +
               entry("no-file", R"(, "user_data": "u")") + R"(,{"target_share": 1}, {"suffix": "bare"})");
  const auto& space = load();
  EXPECT_TRUE(space.usable);
  EXPECT_THAT(names(), ElementsAre("vo-good"));
  const std::string text = shown(configuration_);
  EXPECT_THAT(
      text,
      HasSubstr("https://vo.example.org/a.pipe: error: [machinetype s vo-bad] user_data: holds a \"/\": "
                "a pipe names files in the site's files/ directory alone; give the file's name"));
  EXPECT_THAT(text,
              HasSubstr("error: [machinetype s vo-worse] backoff_seconds: \"x\" is not a whole number"));
  EXPECT_THAT(
      text, HasSubstr("error: [machinetype s vo-no-file] user_data: /var/lib/vcycle/spaces/s/machinetypes/vo/"
                      "files/u cannot be read: No such file or directory; put the file there"));
  EXPECT_THAT(text,
              HasSubstr("error: [vacuum_pipe s vo, entry 5] has no suffix: its machinetype has no name"));
  EXPECT_THAT(text, HasSubstr("error: [machinetype s vo-bare] root_image: is required and missing"));
}

TEST_F(PipeMachinetypesTest, WhatTheSiteGivesItselfIsNotAskedOfThePipe) {
  keep_entries(entry("a", R"(, "user_data": "/etc/shadow", "image_signing_dn": "(")"));
  const auto& space = load("user_data = /t\ncernvm_signing_dn = ^/CN=ours$\n");
  EXPECT_EQ(shown(configuration_), "");
  EXPECT_EQ(space.settings.machinetypes.at(0).user_data.location, "/t");
  EXPECT_EQ(space.settings.machinetypes.at(0).image_signing_dn, "^/CN=ours$");
}

TEST_F(PipeMachinetypesTest, AnErrorInAMachinetypesOwnSectionCostsNoOther) {
  keep_entries(entry("a") + "," + entry("b"));
  EXPECT_TRUE(load("[machinetype s vo-a]\nmax_processors = many\n").usable);
  EXPECT_THAT(names(), ElementsAre("vo-b"));
  EXPECT_THAT(shown(configuration_),
              HasSubstr("/etc/vcycle.conf:11: error: [machinetype s vo-a] max_processors: "
                        "\"many\" is not a whole number"));
}

TEST_F(PipeMachinetypesTest, AMistakeInThePipesSectionIsToldOnce) {
  keep_entries(entry("a") + "," + entry("b"));
  load("max_processors = many\nfizle_seconds = 3\n");
  const std::string text = shown(configuration_);
  EXPECT_EQ(text,
            "/etc/vcycle.conf:10: error: [machinetype s vo-a] max_processors: \"many\" is not a whole "
            "number; give a "
            "number from 1 to 100000\n"
            "/etc/vcycle.conf:11: warning: [vacuum_pipe s vo] fizle_seconds: is no known option; it is "
            "ignored; did "
            "you mean fizzle_seconds?\n");
}

TEST_F(PipeMachinetypesTest, APipeThatWasNeverFetchedIsWaitedFor) {
  const auto& space = load("[machinetype s vo-a]\nmax_processors = 2\n");
  EXPECT_TRUE(space.usable);
  EXPECT_THAT(names(), ElementsAre());
  ASSERT_EQ(space.pipes.size(), 1u);
  EXPECT_FALSE(space.pipes[0].copy);
  EXPECT_THAT(
      shown(configuration_),
      HasSubstr(
          "warning: [vacuum_pipe s vo] vacuum_pipe_url: was not fetched yet: its machinetypes wait for it"));
  EXPECT_THAT(
      shown(configuration_),
      HasSubstr("warning: [machinetype s vo-a] adds to an entry that its vacuum pipe does not have now"));
}

TEST_F(PipeMachinetypesTest, ACopyOfAnotherUrlOrOfNoPipeCountsAsNone) {
  keep("{\"machinetypes\": [" + entry("a") + "]}", "vo", "https://elsewhere.example.org/");
  EXPECT_FALSE(load().pipes.at(0).copy);
  keep("<html>");
  EXPECT_FALSE(load().pipes.at(0).copy);
  disk_.files["/var/lib/vcycle/pipescache/s/vo"] = "torn";
  EXPECT_FALSE(load().pipes.at(0).copy);
}

TEST_F(PipeMachinetypesTest, OtherMachinetypesAndSpacesGoOnBesideAPipe) {
  const auto& space = load(
      "[machinetype s own]\nbackoff_seconds = 1\nfizzle_seconds = 1\nroot_image = image:i\nuser_data = /t\n"
      "[machinetype s vo-own]\nbackoff_seconds = 1\nfizzle_seconds = 1\nroot_image = image:i\nuser_data = "
      "/t\n");
  EXPECT_TRUE(space.usable);
  EXPECT_THAT(names(), ElementsAre("own", "vo-own"));
}

TEST_F(PipeMachinetypesTest, TwoPipesMakeNoMachinetypeTwice) {
  keep_entries(entry("a-b"));
  keep("{\"machinetypes\": [" + entry("b") + "]}", "vo-a", "https://other.example.org/p");
  load("[vacuum_pipe s vo-a]\nvacuum_pipe_url = https://other.example.org/p\ntarget_share = 1\n");
  EXPECT_THAT(names(), ElementsAre("vo-a-b"));
  EXPECT_THAT(shown(configuration_),
              HasSubstr("error: [machinetype s vo-a-b] is made by another pipe already"));
}

TEST_F(PipeMachinetypesTest, WhatIsWrongInTheSectionItselfIsTheSitesMistake) {
  EXPECT_FALSE(load("[vacuum_pipe s x]\ntarget_share = 1\n").usable);
  EXPECT_THAT(shown(configuration_), HasSubstr("[vacuum_pipe s x] vacuum_pipe_url: is required and missing"));
  EXPECT_FALSE(load("[vacuum_pipe s x]\nvacuum_pipe_url = file:///x\ntarget_share = 1\n").usable);
  EXPECT_THAT(shown(configuration_), HasSubstr("vacuum_pipe_url: is no http(s) URL"));
  EXPECT_FALSE(load("[vacuum_pipe s x_y]\nvacuum_pipe_url = https://a/b\n").usable);
  EXPECT_THAT(shown(configuration_), HasSubstr("the pipe's PREFIX holds other characters"));
  EXPECT_FALSE(load("[vacuum_pipe s x]\nvacuum_pipe_url = https://a/b\ntarget_share = much\n").usable);
  EXPECT_TRUE(load("[vacuum_pipe s x]\nvacuum_pipe_url = http://a.example.org/b\n").usable);
  EXPECT_THAT(shown(configuration_), HasSubstr("[vacuum_pipe s x] has no target_share: nothing is created"));
  EXPECT_THAT(shown(configuration_), HasSubstr("vacuum_pipe_url: is fetched in clear text"));
  load("[vacuum_pipe t x]\nvacuum_pipe_url = https://a/b\n");
  EXPECT_THAT(shown(configuration_), HasSubstr("there is no [space t]; the section is ignored"));
}

TEST_F(PipeMachinetypesTest, NoPipeFloodsALog) {
  std::string entries = entry("good");
  for (int i = 0; i < 900; ++i)
    entries += fmt::format(R"(,{{"suffix": "s{}", "user_data": "/x", "odd": 1}})", i);
  keep_entries(entries);
  EXPECT_TRUE(load().usable);
  EXPECT_THAT(names(), ElementsAre("vo-good"));
  EXPECT_EQ(configuration_.all_diagnostics().size(), 101u);
  EXPECT_THAT(shown(configuration_),
              HasSubstr("warning: [vacuum_pipe s vo] has 1700 more findings; vcycle pipe check"));
}

TEST_F(PipeMachinetypesTest, NoSuffixMakesANameThatCloudsRefuse) {
  const std::string prefix(100, 'p');
  keep("{\"machinetypes\": [" + entry(std::string(90, 's')) + "]}", prefix);
  EXPECT_TRUE(
      load("[vacuum_pipe s " + prefix + "]\nvacuum_pipe_url = " + kUrl + "\ntarget_share = 1\n").usable);
  EXPECT_THAT(names(), ElementsAre());
  EXPECT_THAT(shown(configuration_), HasSubstr("suffix: makes too long a name of a machinetype; shorten it"));
}

}  // namespace
}  // namespace vacuum
