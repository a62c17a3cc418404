#include "wire/status_routes.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "ports/testing/memory_status_source.hpp"
#include "reports/metrics.hpp"
#include "reports/status_document.hpp"

namespace vacuum::wire {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

class StatusRoutesTest : public testing::Test {
 protected:
  StatusRoutesTest() {
    StatusDocument status;
    status.space = "s1.example.com";
    status.manager = "host1";
    status.version = "Vacuum 1";
    status.cycle_began = from_unix(1000);
    status.cycle_took = Milliseconds{500};
    status.next_cycle_after = Milliseconds{60'000};
    status.planned = true;
    status.processors_limit = 40;
    MachinetypeStatus prod;
    prod.plan.name = MachinetypeName{"prod"};
    prod.plan.machines_by_state[static_cast<std::size_t>(MachineState::running)] = 2;
    prod.plan.processors = 8;
    status.machinetypes = {prod};
    source_.documents[kSpace] = write_status(status);
    for (int i = 0; i < 5; ++i) {
      MachineRecord record;
      record.name = MachineName{fmt::format("vcycle-prod-000000000{}", i)};
      record.machinetype = MachinetypeName{"prod"};
      record.processors = 4;
      record.created = from_unix(900 + i);
      source_.records_of[kSpace].push_back(record);
    }
  }

  ServedResponse ask(const std::string& target, const std::string& method = "GET") {
    return serve_status({.method = method, .target = target}, view_, now_);
  }
  json::object get(const std::string& target) {
    const auto answer = ask(target);
    EXPECT_EQ(answer.status, 200) << target << ": " << answer.body;
    return json::parse(answer.body).as_object();
  }

  const SpaceName kSpace{"s1.example.com"};
  MemoryStatusSource source_;
  TimePoint now_ = from_unix(1030);
  StatusView view_{
      .source = source_, .metrics_text = [] { return std::string("vacuum_up 1\n"); }, .troubles = {}};
};

TEST_F(StatusRoutesTest, ListsSpacesWithWhatMattersOfEach) {
  const auto space = get("/api/v1/spaces").at("spaces").as_array().at(0).as_object();
  EXPECT_EQ(space.at("name").as_string(), "s1.example.com");
  EXPECT_EQ(space.at("machines").as_int64(), 2);
  EXPECT_EQ(space.at("processors").as_int64(), 8);
  EXPECT_EQ(space.at("overdue").as_bool(), false);
  EXPECT_TRUE(space.at("error").is_null());
}

TEST_F(StatusRoutesTest, NamesSpacesWhoseStatusCannotBeRead) {
  source_.documents[SpaceName{"torn"}] = "{\"format\":";
  EXPECT_EQ(get("/api/v1/spaces").at("without_status").as_array().at(0).as_string(), "torn");
  EXPECT_EQ(ask("/api/v1/spaces/torn").status, 503);
}

TEST_F(StatusRoutesTest, ShowsASpaceAndItsMachinetypes) {
  EXPECT_EQ(get("/api/v1/spaces/s1.example.com").at("space").as_string(), "s1.example.com");
  EXPECT_EQ(get("/api/v1/spaces/s1.example.com/machinetypes").at("machinetypes").as_array().size(), 1u);
  EXPECT_EQ(get("/api/v1/spaces/s1.example.com/machinetypes/prod").at("processors").as_int64(), 8);
  EXPECT_EQ(ask("/api/v1/spaces/s1.example.com/machinetypes/none").status, 404);
}

TEST_F(StatusRoutesTest, GivesMachinesInPages) {
  const auto first = get("/api/v1/spaces/s1.example.com/machines?limit=2");
  EXPECT_EQ(first.at("machines").as_array().size(), 2u);
  EXPECT_EQ(first.at("next").as_string(), "vcycle-prod-0000000001");
  const auto last = get("/api/v1/spaces/s1.example.com/machines?limit=3&after=vcycle-prod-0000000001");
  EXPECT_EQ(last.at("machines").as_array().size(), 3u);
  EXPECT_TRUE(last.at("next").is_null());
  EXPECT_EQ(get("/api/v1/spaces/s1.example.com/machines").at("machines").as_array().size(), 5u);
  for (const char* limit : {"0", "-1", "10001", "x"})
    EXPECT_EQ(ask(fmt::format("/api/v1/spaces/s1.example.com/machines?limit={}", limit)).status, 400);
}

TEST_F(StatusRoutesTest, ShowsOneMachine) {
  const auto machine = get("/api/v1/spaces/s1.example.com/machines/vcycle-prod-0000000003");
  EXPECT_EQ(machine.at("state").as_string(), "starting");
  EXPECT_EQ(machine.at("created").as_int64(), 903);
  EXPECT_EQ(ask("/api/v1/spaces/s1.example.com/machines/vcycle-prod-none").status, 404);
  EXPECT_EQ(ask("/api/v1/spaces/s1.example.com/machines/other").status, 404);
}

TEST_F(StatusRoutesTest, ListsManagers) {
  const auto manager = get("/api/v1/managers").at("managers").as_array().at(0).as_object();
  EXPECT_EQ(manager.at("name").as_string(), "host1");
  EXPECT_EQ(manager.at("spaces").as_array().size(), 1u);
}

TEST_F(StatusRoutesTest, IsHealthyWhileCyclesComeInTime) {
  EXPECT_EQ(ask("/healthz").status, 200);
  now_ = from_unix(1000 + 60 + 31);
  EXPECT_EQ(ask("/healthz").status, 503);
  EXPECT_THAT(ask("/healthz").body, HasSubstr("space s1.example.com"));
  view_.has_cycles = false;
  EXPECT_EQ(ask("/healthz").status, 200);
  view_.troubles = [] { return std::vector<std::string>{"the certificate ends in 2 h"}; };
  EXPECT_EQ(ask("/healthz").status, 503);
  EXPECT_EQ(ask("/healthz").body, "the certificate ends in 2 h\n");
}

TEST_F(StatusRoutesTest, HandsOutTheMetrics) {
  EXPECT_THAT(ask("/metrics").body, HasSubstr("\nvacuum_up 1\n"));
  EXPECT_THAT(ask("/metrics").body, HasSubstr("vacuum_space_info{space=\"s1.example.com\","));
  EXPECT_THAT(ask("/metrics").headers.front().second, HasSubstr("version=0.0.4"));
  view_.metrics_text = {};
  EXPECT_EQ(ask("/metrics").status, 200);
  source_.documents[SpaceName{"s2.example.com"}] = "torn";
  EXPECT_THAT(ask("/metrics").body, HasSubstr("vacuum_status_unreadable{space=\"s2.example.com\"} 1\n"));
}

TEST_F(StatusRoutesTest, TellsNothingOfCyclesWhereThereAreNone) {
  view_.has_cycles = false;
  EXPECT_EQ(ask("/metrics").body, metrics_text({}) + "vacuum_up 1\n");
}

TEST_F(StatusRoutesTest, OnlyReads) {
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH"})
    EXPECT_EQ(ask("/api/v1/spaces", method).status, 405);
  EXPECT_EQ(ask("/api/v1/spaces", "HEAD").status, 200);
}

TEST_F(StatusRoutesTest, Answers404And503InJson) {
  for (const char* target : {"/api/v1/none", "/api/v1/spaces/UPPER", "/api/v1/spaces/s2",
                             "/api/v1/spaces/s2/machines", "/api/v1/spaces/s1.example.com/none"}) {
    EXPECT_EQ(ask(target).status, 404) << target;
    EXPECT_FALSE(json::parse(ask(target).body).at("error").as_string().empty());
  }
  source_.failure = "cannot read /somewhere";
  EXPECT_EQ(ask("/api/v1/spaces/s1.example.com/machines").status, 503);
  EXPECT_EQ(ask("/elsewhere").status, 404);
}

}  // namespace
}  // namespace vacuum::wire
