#include "sim/scenario.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vacuum::sim {
namespace {

using ::testing::HasSubstr;

std::string mistake_in(std::string_view text) {
  const auto scenario = parse_scenario(text);
  return scenario ? "no mistake" : scenario.error();
}

TEST(ScenarioTest, ReadsTheBuiltInDemo) {
  const auto demo = parse_scenario(builtin_scenario("demo"));
  ASSERT_TRUE(demo.ok()) << demo.error();
  EXPECT_TRUE(demo->machinetypes.at("demo-steady").work.always);
  EXPECT_FALSE(demo->machinetypes.at("demo-idle").work.has_work(0));
  const WorkTimes& waves = demo->machinetypes.at("demo-waves").work;
  EXPECT_TRUE(waves.has_work(5));
  EXPECT_FALSE(waves.has_work(25));
  EXPECT_TRUE(waves.has_work(40));
  EXPECT_EQ(builtin_scenario("nosuch"), "");
}

TEST(ScenarioTest, KeepsTheDefaultsOfWhatIsNotGiven) {
  const auto scenario = parse_scenario("{}");
  ASSERT_TRUE(scenario.ok());
  EXPECT_EQ(scenario->cloud.flavors.size(), 4u);
  EXPECT_EQ(scenario->cloud.images.front().name, "cernvm4");
  EXPECT_EQ(scenario->identity.users.front().name, "demo");
}

TEST(ScenarioTest, ReadsEveryKeyThatIsDocumented) {
  const auto scenario = parse_scenario(R"json({
    "description": "all",
    "cloud": {
      "region": "North", "zones": ["a", "b"], "images": ["one", {"name": "two", "status": "queued"}],
      "flavors": [{"name": "big", "processors": 16, "memory_mb": 32768, "disk_gb": 10}],
      "projects": [{"name": "p", "quota": {"instances": 5, "cores": 6, "ram_mb": 7}}],
      "schedule_seconds": 0, "build_seconds": [1, 2], "delete_seconds": 3,
      "processors_per_host": 64, "processors_capacity": 1000
    },
    "identity": {"token_seconds": 60, "users": [{"name": "u", "password": "x", "project": "p",
      "application_credentials": [{"id": "i", "name": "n", "secret": "s"}]}]},
    "machinetypes": {"m": {"boot_seconds": 1, "work_seconds": [1, 2], "idle_seconds": 3,
      "work": {"windows": [[0, 10], [20, 30]], "period_seconds": 60}, "failure_rate": 0.1,
      "failures": [{"code": 500, "text": "bad"}], "crash_rate": 0.2, "hang_rate": 0.3,
      "heartbeat_seconds": 60, "heartbeat_file": "vm-heartbeat"}},
    "faults": {"latency_ms": [1, 5], "requests": [{"kind": "truncated", "method": "GET", "path": "/compute/*",
      "rate": 0.5, "next": 3}], "stuck_builds": {"rate": 0.1}, "stuck_deletes": {"next": 2},
      "failed_builds": {"rate": 0.2, "with": ["network", {"code": 500, "message": "odd"}]},
      "vanish": {"rate": 0.01, "after_seconds": [5, 10]}}
  })json");
  ASSERT_TRUE(scenario.ok()) << scenario.error();
  EXPECT_EQ(scenario->cloud.images[1].status, "queued");
  EXPECT_EQ(scenario->cloud.projects[0].quota.memory_mb, 7);
  EXPECT_EQ(scenario->cloud.build_seconds, (SecondsRange{1, 2}));
  EXPECT_EQ(scenario->identity.users[0].application_credentials[0].secret.reveal(), "s");
  EXPECT_EQ(scenario->machinetypes.at("m").heartbeat_file, "vm-heartbeat");
  EXPECT_EQ(scenario->cloud.faults.build_failures.size(), 2u);
  EXPECT_EQ(scenario->cloud.faults.stuck_deletes_next, 2u);
  EXPECT_EQ(scenario->requests.faults[0].kind, RequestFaultKind::truncated);
  EXPECT_DOUBLE_EQ(scenario->requests.latency.to, 0.005);
}

TEST(ScenarioTest, SaysWhereAMistakeIsAndWhatWouldBeRight) {
  EXPECT_THAT(mistake_in("{"), HasSubstr("not JSON"));
  EXPECT_THAT(mistake_in("[]"), HasSubstr("must be an object"));
  EXPECT_THAT(mistake_in(R"({"clouds": {}})"), HasSubstr("scenario.clouds: no such key; is cloud meant?"));
  EXPECT_THAT(mistake_in(R"({"cloud": {"build_seconds": [2, 1]}})"), HasSubstr("from <= to"));
  EXPECT_THAT(mistake_in(R"({"cloud": {"flavors": [{"name": "a", "processors": 0}]}})"),
              HasSubstr("scenario.cloud.flavors[0].processors: must be between"));
  EXPECT_THAT(mistake_in(R"({"cloud": {"zones": []}})"), HasSubstr("must not be empty"));
  EXPECT_THAT(mistake_in(R"({"cloud": {"zones": ["a/b"]}})"), HasSubstr("must be a name"));
  EXPECT_THAT(mistake_in(R"({"faults": {"failed_builds": {"with": ["rain"]}}})"), HasSubstr("no_valid_host"));
  EXPECT_THAT(mistake_in(R"({"faults": {"requests": [{"kind": "odd"}]}})"), HasSubstr("lost_answer"));
  EXPECT_THAT(mistake_in(R"({"machinetypes": {"m": {"work": "sometimes"}}})"), HasSubstr("\"always\""));
  EXPECT_THAT(mistake_in(R"({"machinetypes": {"m": {"crash_rate": 2}}})"), HasSubstr("between 0 and 1"));
}

TEST(ScenarioTest, RefusesAUserOfAProjectThatIsNotThere) {
  EXPECT_THAT(mistake_in(R"({"cloud": {"projects": [{"name": "other"}]}})"),
              HasSubstr("user demo has the project demo"));
}

}  // namespace
}  // namespace vacuum::sim
