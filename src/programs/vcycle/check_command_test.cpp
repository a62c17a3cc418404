#include "programs/vcycle/check_command.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "config/testing/file_map.hpp"

namespace vacuum {
namespace {

constexpr const char* kGood =
    "[space a.example.com]\napi = openstack\nurl = https://k.example.com/v3\nproject_name = p\nusername = "
    "me\n"
    "password_base64 = Z2VoZWlt\nprocessors_limit = 10\n"
    "[machinetype a.example.com one]\ntarget_share = 2\nbackoff_seconds = 600\nfizzle_seconds = 300\n"
    "flavor_name = small\nroot_image = image:i\nuser_data = /t\n";

struct Outcome {
  int status = 0;
  std::string output;
};

Outcome check(const std::string& text, bool json) {
  FileMap disk;
  disk.files = {{"/etc/vcycle.conf", text}, {"/t", "#!/bin/sh\n"}};
  std::ostringstream out;
  const int status = report_check(load_configuration(disk.sources()), json, out);
  EXPECT_THAT(out.str(), testing::Not(testing::HasSubstr("geheim")));
  return {status, out.str()};
}

TEST(CheckCommandTest, WarningsAloneEndInStatusZeroAndTheSpacesAreShown) {
  const auto outcome = check(kGood, false);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.output,
            "/etc/vcycle.conf:12: warning: [machinetype a.example.com one] flavor_name: is a deprecated name "
            "of flavor_names; "
            "rename it to flavor_names\n"
            "\n"
            "space a.example.com: usable, processors_limit 10\n"
            "  openstack at https://k.example.com/v3, user me\n"
            "  machinetype one: target_share 2, small, image:i\n"
            "\n"
            "0 errors, 1 warning; 1 of 1 space usable, 1 machinetype\n");
}

TEST(CheckCommandTest, AnErrorEndsInStatusOne) {
  const auto outcome = check(std::string(kGood) + "max_processors = x\n[space b]\n", false);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.output,
              testing::HasSubstr("space a.example.com: NOT usable, its machines are left alone"));
  EXPECT_THAT(outcome.output, testing::HasSubstr("0 of 2 spaces usable"));
}

TEST(CheckCommandTest, AFileThatDoesNotParseIsToldAsSuch) {
  const auto outcome = check("nonsense\n", false);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.output,
              testing::HasSubstr("1 error, 0 warnings; the files could not be read as a whole"));
}

TEST(CheckCommandTest, JsonSaysTheSameForPrograms) {
  const auto outcome = check(std::string(kGood) + "accounting_fqan = \xff\nheartbeat_seconds = 1\n", true);
  EXPECT_EQ(outcome.status, 0);
  const auto document = boost::json::parse(outcome.output).as_object();
  EXPECT_TRUE(document.at("parsed").as_bool());
  EXPECT_EQ(document.at("errors").as_int64(), 0);
  EXPECT_EQ(document.at("warnings").as_int64(), 2);
  const auto& first = document.at("diagnostics").at(0).as_object();
  EXPECT_EQ(first.at("severity").as_string(), "warning");
  EXPECT_EQ(first.at("file").as_string(), "/etc/vcycle.conf");
  EXPECT_EQ(first.at("line").as_int64(), 12);
  EXPECT_EQ(first.at("option").as_string(), "flavor_name");
  const auto& space = document.at("spaces").at(0).as_object();
  EXPECT_TRUE(space.at("usable").as_bool());
  EXPECT_EQ(space.at("processors_limit").as_int64(), 10);
  EXPECT_EQ(space.at("machinetypes").at(0).at("flavor_names").at(0).as_string(), "small");
}

TEST(CheckCommandTest, PipesAreShownWithTheAgeOfTheirCopies) {
  const std::string pipe =
      "flavor_names = small\n[vacuum_pipe a.example.com vo]\nvacuum_pipe_url = "
      "https://vo.example.org/p\ntarget_share = 1\n";
  const auto outcome = check(std::string(kGood) + pipe, false);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.output,
              testing::HasSubstr("  vacuum pipe vo: https://vo.example.org/p, not fetched yet\n"));
  const auto document = boost::json::parse(check(std::string(kGood) + pipe, true).output);
  const auto& shown = document.at("spaces").at(0).at("vacuum_pipes").at(0);
  EXPECT_EQ(shown.at("prefix").as_string(), "vo");
  EXPECT_TRUE(shown.at("fetched").is_null());
}

TEST(CheckCommandTest, JsonIsValidWhateverBytesTheFileHolds) {
  const auto outcome =
      check("[space b\xff]\n[machinetype a \xc3]\n[space c]\napi=openstack\nregion=\xe9\xe9\xc3\xa9\n", true);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NO_THROW((void)boost::json::parse(outcome.output));
}

}  // namespace
}  // namespace vacuum
