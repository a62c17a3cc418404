#include "sim/cloud_service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/testing/site.hpp"

namespace vacuum::sim {
namespace {

using ::testing::HasSubstr;
using testing::Site;

constexpr std::string_view kServers = "/compute/v2.1/servers";

void set_faults(Site& site, std::string_view json) {
  const auto answer = site.send("POST", "/cloudbox/faults", json);
  ASSERT_EQ(answer.status, 200) << answer.body;
}

TEST(CloudServiceTest, LabelsEveryAnswerAsSimulated) {
  Site site;
  for (const char* target : {"/", "/cloudbox/state", "/compute/v2.1/servers", "/identity/v3", "/nosuch"})
    EXPECT_EQ(header_value(site.get(target).headers, "Server"), "cloudbox (simulated)") << target;
  EXPECT_EQ(Site::parsed(site.get("/")).at("simulated"), true);
  EXPECT_EQ(Site::parsed(site.get("/cloudbox/state")).at("simulated"), true);
}

TEST(CloudServiceTest, TellsWhatIsThereByMachinetypeAndState) {
  Site site;
  site.create("a", R"(, "metadata": {"machinetype": "m"})");
  site.step(5);
  site.create("b", R"(, "metadata": {"machinetype": "m"})");
  site.create("b");
  const auto state = Site::parsed(site.get("/cloudbox/state"));
  EXPECT_EQ(state.at("machinetypes").at("m").at("active"), 1);
  EXPECT_EQ(state.at("machinetypes").at("m").at("building"), 1);
  EXPECT_EQ(state.at("machinetypes").at("m").at("created"), 2);
  EXPECT_EQ(state.at("total"), 3);
  EXPECT_EQ(state.at("most_processors_in_use"), 3);
  EXPECT_EQ(state.at("doubled_names"), (boost::json::array{"b"}));
  EXPECT_EQ(Site::parsed(site.get("/cloudbox/servers")).at("servers").as_array().size(), 3u);
}

TEST(CloudServiceTest, CarriesOutARequestWhoseAnswerIsLost) {
  Site site;
  set_faults(
      site,
      R"({"requests": [{"kind": "lost_answer", "method": "POST", "path": "/compute/v2.1/servers", "next": 1}]})");
  EXPECT_EQ(site.create("lost").delivery, Delivery::dropped);
  EXPECT_EQ(site.service.model().size(), 1u);
  EXPECT_EQ(site.create("next").delivery, Delivery::whole);
}

TEST(CloudServiceTest, DoesNotCarryOutARequestThatIsDroppedOrAnsweredWithAnError) {
  Site site;
  set_faults(site, R"({"requests": [{"kind": "dropped", "next": 1, "path": "/compute/*"},
                                    {"kind": "error", "status": 429, "retry_after_seconds": 7, "path": "/compute/*"}]})");
  EXPECT_EQ(site.create("a").delivery, Delivery::dropped);
  const auto refused = site.create("b");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(header_value(refused.headers, "Retry-After"), "7");
  EXPECT_THAT(refused.body, HasSubstr("overLimit"));
  EXPECT_EQ(site.service.model().size(), 0u);
}

TEST(CloudServiceTest, TruncatesAndShortensListings) {
  Site site;
  for (int i = 0; i < 10; ++i) site.create(fmt::format("vm-{}", i));
  set_faults(site, R"({"requests": [{"kind": "truncated", "next": 1, "path": "/compute/v2.1/servers"},
                                    {"kind": "partial_listing", "path": "/compute/v2.1/servers*"}]})");
  EXPECT_EQ(site.get(kServers).delivery, Delivery::truncated);
  for (const char* target : {"/compute/v2.1/servers", "/compute/v2.1/servers/detail"}) {
    const auto partial = Site::parsed(site.get(target)).at("servers").as_array().size();
    EXPECT_GE(partial, 4u);
    EXPECT_LT(partial, 10u);
  }
}

TEST(CloudServiceTest, DelaysRequestsToTheCloudButNotThoseOfItsAdministrators) {
  Site site;
  set_faults(site, R"({"latency_ms": 250})");
  site.get(kServers);
  EXPECT_EQ(site.last_delay, Milliseconds{250});
  site.get("/cloudbox/state");
  EXPECT_EQ(site.last_delay, Milliseconds{0});
}

TEST(CloudServiceTest, RevokesAllTokensWhenItIsAskedTo) {
  Site site;
  set_faults(site, R"({"revoke_tokens": true})");
  EXPECT_EQ(site.get(kServers).status, 401);
  site.login();
  EXPECT_EQ(site.get(kServers).status, 200);
}

TEST(CloudServiceTest, KeepsTheFaultsThatANewOrderDoesNotName) {
  Site site;
  set_faults(site, R"({"stuck_builds": {"rate": 0.5}})");
  set_faults(site, R"({"latency_ms": 1})");
  const auto faults = Site::parsed(site.get("/cloudbox/faults"));
  EXPECT_EQ(faults.at("stuck_builds").at("rate"), 0.5);
}

TEST(CloudServiceTest, RefusesAMistakenOrderWholeAndSaysWhere) {
  Site site;
  const auto refused =
      site.send("POST", "/cloudbox/faults", R"({"latency_ms": 5, "stuck_builds": {"rate": 3}})");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("body.stuck_builds.rate"));
  site.get(kServers);
  EXPECT_EQ(site.last_delay, Milliseconds{0});
  EXPECT_EQ(site.send("POST", "/cloudbox/faults", "{").status, 400);
  EXPECT_EQ(site.send("POST", "/cloudbox/servers", R"({"flavor": "nosuch"})").status, 400);
  EXPECT_EQ(site.get("/cloudbox/nosuch").status, 404);
}

TEST(CloudServiceTest, AddsRunningServersWithNamesOfAPattern) {
  Site site;
  const auto answer =
      Site::parsed(site.send("POST", "/cloudbox/servers", R"({"count": 3, "name": "vcycle-m-{random}",
      "metadata": {"machinetype": "m"}, "age_seconds": 3600, "flavor": "m1.large"})"));
  EXPECT_EQ(answer.at("created"), 3);
  const auto server = site.server(std::string(answer.at("servers").at(0).at("id").as_string()));
  EXPECT_EQ(server.at("status"), "ACTIVE");
  EXPECT_EQ(server.at("created"), "2023-11-14T21:13:20Z");
  EXPECT_EQ(server.at("OS-SRV-USG:launched_at"), "2023-11-14T21:13:20.000000");
  EXPECT_THAT(std::string(server.at("name").as_string()), ::testing::MatchesRegex("vcycle-m-[a-z0-9]+"));
  EXPECT_EQ(Site::parsed(site.get("/cloudbox/state")).at("processors_in_use"), 12);
}

TEST(CloudServiceTest, TakesServersAwayByNameAndNumber) {
  Site site;
  site.send("POST", "/cloudbox/servers", R"({"count": 5, "name": "a-{n}"})");
  site.send("POST", "/cloudbox/servers", R"({"count": 5, "name": "b-{n}"})");
  const auto gone = Site::parsed(site.send("POST", "/cloudbox/vanish", R"({"name": "^a-", "count": 3})"));
  EXPECT_EQ(gone.at("vanished"), 3);
  EXPECT_EQ(site.service.model().size(), 7u);
}

TEST(CloudServiceTest, SkipsTimeWhenItIsAskedTo) {
  Site site;
  const std::string id = site.created_id("vm");
  site.send("POST", "/cloudbox/advance", R"({"seconds": 100})");
  EXPECT_EQ(site.server(id).at("status"), "ACTIVE");
  site.send("POST", "/cloudbox/advance", R"({"seconds": 14400})");
  EXPECT_EQ(site.get(kServers).status, 401) << "the token is over";
}

TEST(CloudServiceTest, DatesItsAnswersByTheSimulatedTime) {
  Site site;
  EXPECT_EQ(header_value(site.get(kServers).headers, "Date"), "Tue, 14 Nov 2023 22:13:20 GMT");
  site.send("POST", "/cloudbox/advance", R"({"seconds": 100})");
  EXPECT_EQ(header_value(site.get(kServers).headers, "Date"), "Tue, 14 Nov 2023 22:15:00 GMT");
}

TEST(CloudServiceTest, ShowsTheThreeBehavioursOfTheDemo) {
  Site site(*parse_scenario(builtin_scenario("demo")));
  for (const char* name : {"demo-steady", "demo-waves", "demo-idle"})
    site.create(name, fmt::format(R"(, "metadata": {{"machinetype": "{}"}})", name));
  for (int i = 0; i < 300; ++i) site.step(0.1);
  const auto last = [&](const char* name) { return site.files.files[name].back().second; };
  EXPECT_EQ(last("demo-steady"), "200 Success\n");
  EXPECT_EQ(last("demo-waves"), "200 Success\n");
  EXPECT_EQ(last("demo-idle"), "300 No more work\n");
  const std::string later = site.created_id("waves-later", R"(, "metadata": {"machinetype": "demo-waves"})");
  site.step(10);
  EXPECT_EQ(site.server(later).at("status"), "SHUTOFF");
}

TEST(CloudServiceTest, ShowsWhatAGuestWasGivenButItsToken) {
  Site site;
  // "MACHINEFEATURES=https://m/machinefeatures joboutputs_token=geheim"
  site.create(
      "vm",
      R"(, "user_data": "TUFDSElORUZFQVRVUkVTPWh0dHBzOi8vbS9tYWNoaW5lZmVhdHVyZXMgam9ib3V0cHV0c190b2tlbj1nZWhlaW0=",
                       "metadata": {"joboutputs": "https://m/joboutputs"})");
  EXPECT_EQ(site.get("/cloudbox/guests/vm/user_data").body,
            "MACHINEFEATURES=https://m/machinefeatures joboutputs_token=geheim");
  const auto answer = site.get("/cloudbox/guests/vm");
  const auto guest = Site::parsed(answer);
  EXPECT_EQ(guest.at("machinefeatures_url"), "https://m/machinefeatures");
  EXPECT_EQ(guest.at("joboutputs_url"), "https://m/joboutputs");
  EXPECT_EQ(guest.at("has_token"), true);
  EXPECT_EQ(answer.body.find("geheim"), std::string::npos);
  EXPECT_EQ(site.get("/cloudbox/guests/other").status, 404);
}

TEST(CloudServiceTest, TellsHowGuestsFaredWithTheirService) {
  Site site;
  site.files.counts = {.files_sent = 3, .files_failed = 2, .last_failure = "PUT x: status 403"};
  const auto traffic = Site::parsed(site.get("/cloudbox/state")).at("guest_service");
  EXPECT_EQ(traffic.at("files_sent"), 3);
  EXPECT_EQ(traffic.at("files_failed"), 2);
  EXPECT_EQ(traffic.at("last_failure"), "PUT x: status 403");
}

TEST(CloudServiceTest, ServesDocumentsWithTheSameFaults) {
  Site site;
  EXPECT_EQ(site.get("/www/a.pipe").status, 404);
  site.service.serve_documents([](const ServedRequest&, std::string_view path) {
    return ServedResponse{
        .status = 200, .headers = {}, .body = std::string(path), .delivery = Delivery::whole};
  });
  EXPECT_EQ(site.get("/www/a%2dpipe?x=1").body, "/www/a-pipe");
  set_faults(site, R"({"requests": [{"kind": "error", "status": 500, "path": "/www/*", "next": 1},
                                    {"kind": "hanging", "path": "/www/a"}]})");
  EXPECT_EQ(site.get("/www/b").status, 500);
  EXPECT_EQ(site.get("/www/a").delivery, Delivery::dropped);
  EXPECT_GE(site.last_delay, Milliseconds{Seconds{3600}});
  EXPECT_EQ(site.get("/www/b").status, 200);
}

}  // namespace
}  // namespace vacuum::sim
