#include "programs/vcycle/pipe_check_command.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "base/testing/source_directory.hpp"

namespace vacuum {
namespace {

using testing::HasSubstr;

constexpr const char* kMixed = R"({"cache_seconds": 600, "machinetypes": [
  {"suffix": "good", "target_share": 3, "backoff_seconds": 600, "fizzle_seconds": 300, "user_data_proxy": "true",
   "root_image": "https://vo.example.org/i.iso", "user_data": "https://vo.example.org/u",
   "user_data_file_key": "key.pem", "processors_limit": 4},
  {"suffix": "bad", "target_share": 1, "user_data": "/etc/shadow"},
  {"suffix": "box", "machine_model": "docker"},
  {"target_share": 0}]})";

struct Outcome {
  int status;
  std::string output;
  std::string errors;
};

Outcome check(const std::string& text, Format format = Format::table) {
  std::ostringstream out;
  std::ostringstream errors;
  const PipeCheckOptions options{
      .source = "https://vo.example.org/a.pipe", .prefix = "vo", .url = {}, .format = format};
  const TextFetcher fetch = [&](const std::string&) -> Result<std::string, std::string> { return text; };
  const int status = run_pipe_check(options, fetch, out, errors);
  return {status, out.str(), errors.str()};
}

TEST(PipeCheckCommandTest, ExplainsEachMachinetypeAndEachRefusal) {
  const auto outcome = check(kMixed);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.output, R"(https://vo.example.org/a.pipe: 4 machinetypes; a copy is good for 600 s

vo-good: 75 % of the pipe's share
  backoff_seconds = 600
  fizzle_seconds = 300
  root_image = https://vo.example.org/i.iso
  target_share = 3
  user_data = https://vo.example.org/u
  user_data_file_key = key.pem
  user_data_proxy = true
  ignored: processors_limit: is not accepted from a vacuum pipe; it is ignored; a site that wants it sets it in its own [vacuum_pipe …] section
  the site gives: flavor_names, machinetypes/vo/files/key.pem, machinetypes/vo/x509cert.pem, machinetypes/vo/x509key.pem

vo-bad: 25 % of the pipe's share
  REFUSED user_data = /etc/shadow: holds a "/": a pipe names files in the site's files/ directory alone; give the file's name without a path
  target_share = 1
  the site gives: flavor_names, backoff_seconds, fizzle_seconds, root_image

vo-box: passed over: machine_model: "docker" is no virtual machine for a cloud; the entry is passed over

entry 4: 0 % of the pipe's share
  REFUSED as a whole: has no suffix: its machinetype has no name; add "suffix": "NAME"
  target_share = 0

1 machinetype for clouds, 1 passed over, 2 with something refused
)");
}

TEST(PipeCheckCommandTest, APipeWithoutRefusalsEndsInStatusZero) {
  const auto outcome =
      check(R"({"machinetypes": [{"suffix": "a"}, {"suffix": "b", "machine_model": "docker"}]})");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.output, HasSubstr("1 machinetype for clouds, 1 passed over, 0 with something refused"));
}

TEST(PipeCheckCommandTest, WhatIsNoPipeIsToldWithItsLine) {
  const auto outcome = check("{\n\"machinetypes\": oops}");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.output, HasSubstr("https://vo.example.org/a.pipe:2: error: is no JSON"));
}

TEST(PipeCheckCommandTest, JsonSaysTheSame) {
  const auto outcome = check(kMixed, Format::json);
  EXPECT_EQ(outcome.status, 1);
  const auto document = boost::json::parse(outcome.output).as_object();
  EXPECT_FALSE(document.at("good").as_bool());
  EXPECT_EQ(document.at("cache_seconds").as_int64(), 600);
  const auto& types = document.at("machinetypes").as_array();
  ASSERT_EQ(types.size(), 4u);
  EXPECT_EQ(types[0].at("name").as_string(), "vo-good");
  EXPECT_EQ(types[0].at("options").at("backoff_seconds").as_string(), "600");
  EXPECT_EQ(types[1].at("refused").at(0).at("option").as_string(), "user_data");
  EXPECT_THAT(std::string(types[2].at("passed_over").as_string()), HasSubstr("docker"));
  EXPECT_TRUE(boost::json::parse(check("oops", Format::json).output).at("problem").is_object());
}

TEST(PipeCheckCommandTest, WhatCannotBeReadIsAnError) {
  std::ostringstream out;
  std::ostringstream errors;
  PipeCheckOptions options{.source = "/nowhere/a.pipe", .prefix = "vo", .url = {}};
  const TextFetcher fail = [](const std::string&) -> Result<std::string, std::string> {
    return Failure{std::string("vo.example.org: no such host")};
  };
  EXPECT_EQ(run_pipe_check(options, fail, out, errors), 1);
  EXPECT_EQ(errors.str(), "vcycle: /nowhere/a.pipe: No such file or directory\n");
  errors.str("");
  options.source = "https://vo.example.org/a.pipe";
  EXPECT_EQ(run_pipe_check(options, fail, out, errors), 1);
  EXPECT_EQ(errors.str(), "vcycle: vo.example.org: no such host\n");
  EXPECT_EQ(out.str(), "");
}

TEST(PipeCheckCommandTest, OurExampleIsGood) {
  std::ostringstream out;
  std::ostringstream errors;
  const PipeCheckOptions options{.source = source_directory() / "examples/example.pipe", .url = {}};
  EXPECT_EQ(run_pipe_check(options, {}, out, errors), 0) << out.str() << errors.str();
}

}  // namespace
}  // namespace vacuum
