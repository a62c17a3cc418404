#include "adapters/openstack/testing/stage.hpp"

#include <fmt/format.h>

namespace vacuum::openstack {
namespace {

const std::string kDetail = kNova + "/servers/detail";

std::string page(const std::string& servers, const std::string& next = "") {
  if (next.empty()) return R"({"servers": [)" + servers + "]}";
  return R"({"servers": [)" + servers + R"(], "servers_links": [{"rel": "next", "href": ")" + next +
         R"("}]})";
}

class ListingTest : public Stage {
 protected:
  void script_page(const std::string& query, std::string body) {
    http_.answer("GET", kDetail + query, 200, std::move(body));
  }
  Server only_server(const std::string& json) {
    script_page("", page(json));
    for (const char* id : {"s1", "i"}) script_page(std::string("?marker=") + id, page(""));
    auto servers = list();
    EXPECT_TRUE(servers.ok() && servers->size() == 1);
    return servers.ok() && servers->size() == 1 ? servers->front() : Server{};
  }
};

TEST_F(ListingTest, ReadsWhatAServerTells) {
  const Server server = only_server(R"({
    "id": "s1", "name": "vcycle-m-0123456789", "status": "ACTIVE", "created": "2026-11-22T10:35:26Z",
    "updated": "2026-11-22T10:35:27Z", "OS-SRV-USG:launched_at": "2026-11-22T10:35:28.000000",
    "OS-EXT-STS:power_state": 1, "OS-EXT-STS:task_state": null, "OS-EXT-AZ:availability_zone": "nova",
    "flavor": {"vcpus": 4, "ram": 8192, "disk": 1, "original_name": "m1.large", "extra_specs": {"a": "b"}},
    "image": {"id": "image-1", "links": []},
    "metadata": {"machinetype": "m", "space": "s.example", "other": "x"},
    "addresses": {"net": [{"addr": "192.0.2.1", "OS-EXT-IPS:type": "floating"},
                          {"addr": "10.0.0.1", "OS-EXT-IPS:type": "fixed"}]}})");
  EXPECT_EQ(server.name.text(), "vcycle-m-0123456789");
  EXPECT_EQ(server.id.text(), "s1");
  EXPECT_EQ(server.state, MachineState::running);
  EXPECT_EQ(server.processors, 4);
  EXPECT_EQ(server.memory_mb, 8192);
  EXPECT_EQ(server.flavor.text(), "m1.large");
  EXPECT_EQ(server.zone.text(), "nova");
  EXPECT_EQ(server.image.text(), "image-1");
  EXPECT_EQ(server.ip, "10.0.0.1");
  EXPECT_EQ(server.machinetype.text(), "m");
  EXPECT_EQ(server.space.text(), "s.example");
  EXPECT_EQ(server.created, parse_iso8601("2026-11-22T10:35:26Z"));
  EXPECT_EQ(server.updated, parse_iso8601("2026-11-22T10:35:27Z"));
  EXPECT_EQ(server.started, parse_iso8601("2026-11-22T10:35:28Z"));
}

// While servers are built, a page can come short and without a link although older servers follow.
TEST_F(ListingTest, AShortPageWithoutALinkIsNotTheLastWhileServersAreBuilt) {
  const auto building = R"({"id": "s1", "name": "a", "status": "BUILD", "flavor": {"vcpus": 1, "ram": 1}})";
  const auto running = R"({"id": "s2", "name": "b", "status": "ACTIVE", "OS-EXT-STS:power_state": 1,
      "flavor": {"vcpus": 1, "ram": 1}})";
  script_page("", page(building));
  script_page("?marker=s1", page(std::string(building) + "," + running));
  script_page("?marker=s2", page(""));
  const auto servers = list();
  ASSERT_TRUE(servers.ok()) << servers.error().message;
  ASSERT_EQ(servers->size(), 3u) << "the one that is on both pages comes twice";
  EXPECT_EQ(servers->at(2).id.text(), "s2");
}

TEST_F(ListingTest, IsNotSpoiltByOneOddServer) {
  script_page(
      "", page(R"({"id": "s1", "name": "a", "status": "ACTIVE", "flavor": null, "metadata": [], "addresses":
      {"n": 3, "m": [{"addr": 1}]}, "created": 7, "OS-EXT-STS:power_state": "1", "fault": "x", "image": ""},)" +
               server_json("b")));
  script_page("?marker=id-b", page(""));
  auto servers = list();
  ASSERT_TRUE(servers.ok()) << servers.error().message;
  ASSERT_EQ(servers->size(), 2u);
  EXPECT_EQ(servers->at(1).processors, 2);
}

TEST_F(ListingTest, UnescapesNames) {
  EXPECT_EQ(only_server(R"({"id": "s1", "name": "a\"\u00e9", "status": "ACTIVE"})").name.text(),
            "a\"\xc3\xa9");
}

// What cannot be counted must not be missed: servers of a cell that is down come without a name.
TEST_F(ListingTest, IsAnErrorWhereAServerHasNoName) {
  script_page("", page(server_json("a") +
                       R"(, {"id": "s2", "status": "UNKNOWN", "created": "2026-11-22T10:35:26Z"})"));
  auto servers = list();
  ASSERT_FALSE(servers.ok());
  EXPECT_EQ(servers.error().decision, CloudDecision::retry);
  EXPECT_THAT(servers.error().message, testing::HasSubstr("cell"));
}

// Spec 9: nothing was paginated.
TEST_F(ListingTest, FollowsTheLinksToTheLastPage) {
  script_page("", page(server_json("a") + "," + server_json("b"), kDetail + "?marker=b"));
  script_page("?marker=b", page(server_json("c"), kDetail + "?marker=c"));
  script_page("?marker=c", page(""));
  auto servers = list();
  ASSERT_TRUE(servers.ok()) << servers.error().message;
  EXPECT_EQ(servers->size(), 3u);
}

// --- listings of changes

TEST_F(ListingTest, OfAllTellsByNovasClockWhereChangesBegin) {
  const HttpHeaders date{{"Date", "Sun, 22 Nov 2026 10:35:25 GMT"}};
  http_.answer("GET", kDetail, 200, page(server_json("a"), kDetail + "?marker=a"), date);
  script_page("?marker=a", page(server_json("b")));
  const auto mark = list_pages({}, [](ServerPage) {});
  ASSERT_TRUE(mark.ok()) << mark.error().message;
  EXPECT_EQ(*mark, ListingMark{*parse_iso8601("2026-11-22T10:35:25Z")});
}

TEST_F(ListingTest, ThatFitsOnePageIsAlwaysOfAll) {
  http_.answer("GET", kDetail, 200, page(server_json("a")), {{"Date", "Sun, 22 Nov 2026 10:35:25 GMT"}});
  const auto mark = list_pages({}, [](ServerPage) {});
  ASSERT_TRUE(mark.ok());
  EXPECT_FALSE(*mark);
}

TEST_F(ListingTest, OfAllTakesItsLatestChangeWhereNovaTellsNoDate) {
  const auto changed = [](std::string_view time) {
    return fmt::format(R"(, "updated": "2026-11-22T{}Z")", time);
  };
  script_page("", page(server_json("a", "ACTIVE", changed("10:35:26")), kDetail + "?marker=a"));
  script_page("?marker=a", page(server_json("b", "ACTIVE", changed("10:40:00")) + "," +
                                server_json("c", "ACTIVE", changed("09:00:00"))));
  const auto mark = list_pages({}, [](ServerPage) {});
  ASSERT_TRUE(mark.ok());
  EXPECT_EQ(*mark, ListingMark{*parse_iso8601("2026-11-22T10:40:00Z")});
}

TEST_F(ListingTest, OfAllIsDueAlwaysWhereNovaTellsNoTime) {
  script_page("", page(server_json("a"), kDetail + "?marker=a"));
  script_page("?marker=a", page(server_json("b")));
  const auto mark = list_pages({}, [](ServerPage) {});
  ASSERT_TRUE(mark.ok());
  EXPECT_FALSE(*mark);
}

TEST_F(ListingTest, OfChangesTellsWhatIsGoneFromWhatChanged) {
  const std::string query = "?changes-since=2026-11-22T10%3A33%3A25Z";
  http_.answer(
      "GET", kDetail + query, 200,
      page(server_json("a") + "," + server_json("b", "DELETED") + "," + server_json("c", "SOFT_DELETED")),
      {{"Date", "Sun, 22 Nov 2026 10:36:25 GMT"}});
  ServerPage all;
  const auto mark =
      list_pages(ListingMark{*parse_iso8601("2026-11-22T10:33:25Z")}, [&](ServerPage one) { all = one; });
  ASSERT_TRUE(mark.ok()) << mark.error().message;
  ASSERT_EQ(all.servers.size(), 1u);
  EXPECT_EQ(all.servers[0].name.text(), "a");
  ASSERT_EQ(all.gone.size(), 2u);
  EXPECT_EQ(all.gone[0].name.text(), "b");
  EXPECT_EQ(all.gone[0].id.text(), "id-b");
  EXPECT_EQ(*mark, ListingMark{*parse_iso8601("2026-11-22T10:36:25Z")}) << "also where it is one page";
}

TEST_F(ListingTest, OfChangesLooksBeyondShortPagesToo) {
  const std::string query = "?changes-since=2026-11-22T10%3A33%3A25Z";
  script_page(query, page(server_json("a", "BUILD")));
  script_page(query + "&marker=id-a", page(server_json("b")));
  script_page(query + "&marker=id-b", page(""));
  int servers = 0;
  const auto mark = list_pages(ListingMark{*parse_iso8601("2026-11-22T10:33:25Z")},
                               [&](ServerPage one) { servers += static_cast<int>(one.servers.size()); });
  ASSERT_TRUE(mark.ok()) << mark.error().message;
  EXPECT_EQ(servers, 2);
}

TEST_F(ListingTest, StaysOnTheEndpointWhereverALinkLeads) {
  script_page("", page(server_json("a"), "https://elsewhere.example/compute/v2.1/servers/detail?marker=a"));
  script_page("?marker=a", page(server_json("b")));
  auto servers = list();
  ASSERT_TRUE(servers.ok());
  EXPECT_EQ(servers->size(), 2u);
  EXPECT_EQ(http_.count("GET", "https://elsewhere.example"), 0);
}

TEST_F(ListingTest, IsAnErrorWhereItsPagesGoInACircle) {
  script_page("", page(server_json("a"), kDetail + "?marker=a"));
  script_page("?marker=a", page(server_json("b"), kDetail + "?marker=b"));
  script_page("?marker=b", page(server_json("c"), kDetail + "?marker=a"));
  EXPECT_FALSE(list().ok());
}

TEST_F(ListingTest, IsAnErrorWhereALinkLeadsToAnotherResource) {
  script_page("", page(server_json("a"), kNova + "/flavors?marker=a"));
  EXPECT_FALSE(list().ok());
}

TEST_F(ListingTest, IsAnErrorWhereAnyPageIsMissing) {
  script_page("", page(server_json("a"), kDetail + "?marker=a"));
  http_.answer("GET", kDetail + "?marker=a", 503, "");
  auto servers = list();
  ASSERT_FALSE(servers.ok());
  EXPECT_EQ(servers.error().decision, CloudDecision::retry);
  EXPECT_EQ(http_.count("GET", kDetail + "?marker=a"), 3) << "a GET is repeated twice";
}

TEST_F(ListingTest, BeginsAgainOnceWhereTheMarkerIsGone) {
  script_page("", page(server_json("a") + "," + server_json("b"), kDetail + "?marker=b"));
  script_page("", page(server_json("a"), kDetail + "?marker=a"));
  http_.answer("GET", kDetail + "?marker=b", 400, error_body("badRequest", 400, "marker [b] not found"));
  script_page("?marker=a", page(server_json("c")));
  auto servers = list();
  ASSERT_TRUE(servers.ok()) << servers.error().message;
  ASSERT_EQ(servers->size(), 4u) << "what was shown before it was begun again is true all the same";
  EXPECT_EQ(servers->back().name.text(), "c");

  http_.reset("GET", kDetail);
  script_page("", page(server_json("b"), kDetail + "?marker=b"));
  EXPECT_FALSE(list().ok());
  EXPECT_EQ(http_.count("GET", kDetail + "?marker=b"), 3);
}

TEST_F(ListingTest, IsAnErrorWhereABodyIsCutOffOrNoListing) {
  const std::string whole = page(server_json("a") + "," + server_json("b"));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    http_.reset("GET", kDetail);
    script_page("", whole.substr(0, length));
    EXPECT_FALSE(list().ok()) << whole.substr(0, length);
  }
  for (const char* body : {"[]", "{}", R"({"servers": {}})", R"({"servers": [1]})", R"({"servers": null})",
                           "<html>", R"({"servers": []} {})", R"({"servers": [{}]})", "\xff\xfe"}) {
    http_.reset("GET", kDetail);
    script_page("", body);
    EXPECT_FALSE(list().ok()) << body;
  }
}

// Spec 9: a server that Nova still calls ACTIVE with task_state deleting is deleting.
TEST_F(ListingTest, MapsStatesByTheTable) {
  const std::vector<std::pair<std::string, MachineState>> table{
      {R"("status": "BUILD")", MachineState::starting},
      {R"("status": "ACTIVE", "OS-EXT-STS:power_state": 0)", MachineState::starting},
      {R"("status": "ACTIVE", "OS-EXT-STS:power_state": 1)", MachineState::running},
      {R"("status": "ACTIVE", "OS-EXT-STS:power_state": 4)", MachineState::starting},
      {R"("status": "ACTIVE", "OS-EXT-STS:power_state": 1, "OS-EXT-STS:task_state": "deleting")",
       MachineState::deleting},
      {R"("status": "ERROR", "OS-EXT-STS:task_state": "deleting")", MachineState::deleting},
      {R"("status": "SHUTOFF", "OS-EXT-STS:power_state": 4)", MachineState::shutdown},
      {R"("status": "ERROR")", MachineState::failed},
      {R"("status": "DELETED")", MachineState::deleting},
      {R"("status": "SOFT_DELETED")", MachineState::deleting},
      {R"("status": "HARD_REBOOT")", MachineState::unknown},
      {R"("status": "PAUSED")", MachineState::unknown},
  };
  for (const auto& [members, state] : table) {
    http_.reset("GET", kDetail);
    EXPECT_EQ(only_server(R"({"id": "i", "name": "n", )" + members + "}").state, state) << members;
  }
}

TEST_F(ListingTest, AsksAtTheMicroversionThatListsServersOfDownCells) {
  script_page("", page(""));
  ASSERT_TRUE(list().ok());
  EXPECT_EQ(header_value(http_.seen().back().headers, "OpenStack-API-Version"), "compute 2.69");
}

TEST_F(ListingTest, LooksFlavorsUpWhereNovaIsTooOldToTellThem) {
  http_.reset("GET", kNova + "/");
  http_.answer("GET", kNova + "/", 200, version_body(1));
  script_page("", page(R"({"id": "i", "name": "a", "status": "ACTIVE", "flavor": {"id": "f1"}},
                          {"id": "j", "name": "b", "status": "ACTIVE", "flavor": {"id": "gone"}},
                          {"id": "k", "name": "c", "status": "ACTIVE", "flavor": {"id": "removed"}},
                          {"id": "l", "name": "d", "status": "ACTIVE", "flavor": {"id": "gone"}})"));
  script_page("?marker=l", page(""));
  http_.answer("GET", kNova + "/flavors/detail", 200,
               R"({"flavors": [{"id": "f1", "name": "m1", "vcpus": 3, "ram": 5}]})");
  http_.answer("GET", kNova + "/flavors/gone", 404, error_body("itemNotFound", 404, "no"));
  http_.answer("GET", kNova + "/flavors/removed", 200,
               R"({"flavor": {"id": "removed", "name": "m9", "vcpus": 9, "ram": 9}})");
  for (int cycle = 0; cycle < 2; ++cycle) {
    auto servers = list();
    ASSERT_TRUE(servers.ok()) << servers.error().message;
    EXPECT_EQ(servers->at(0).processors, 3);
    EXPECT_EQ(servers->at(0).flavor.text(), "m1");
    EXPECT_EQ(servers->at(1).processors, 0);
    EXPECT_EQ(servers->at(2).processors, 9);
  }
  EXPECT_EQ(http_.count("GET", kNova + "/flavors/gone"), 1);
  EXPECT_EQ(http_.count("GET", kNova + "/flavors/detail"), 1);
}

TEST_F(ListingTest, FindsAVmByItsExactName) {
  const std::string url = kDetail + "?name=%5Evcycle-m-0123456789%24";
  http_.answer("GET", url, 200,
               page(server_json("vcycle-m-01234567890") + "," + server_json("vcycle-m-0123456789")));
  auto found = await(cloud().find(MachineName("vcycle-m-0123456789")));
  ASSERT_TRUE(found.ok()) << found.error().message;
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->id.text(), "id-vcycle-m-0123456789");
  http_.reset("GET", url);
  http_.answer("GET", url, 200, page(server_json("vcycle-m-01234567890")));
  found = await(cloud().find(MachineName("vcycle-m-0123456789")));
  ASSERT_TRUE(found.ok());
  EXPECT_FALSE(found->has_value());
}

TEST_F(ListingTest, ClassifiesWhyABuildFailed) {
  const auto fault = [&](const std::string& json) {
    http_.reset("GET", kDetail);
    return only_server(R"({"id": "i", "name": "n", "status": "ERROR", "fault": )" + json + "}").fault;
  };
  const std::vector<std::tuple<int, std::string, FaultKind>> table{
      {413, "Quota exceeded for instances: Requested 1, but already used 10 of 10 instances",
       FaultKind::quota},
      {500, "No valid host was found. ", FaultKind::no_valid_host},
      {500, "Exceeded maximum number of retries. Exhausted all hosts available for retrying build failures",
       FaultKind::no_valid_host},
      {500, "Build of instance x aborted: Failed to allocate the network(s), not rescheduling.",
       FaultKind::network},
      {500, "Binding failed for port 1, please check neutron logs for more information.", FaultKind::network},
      {500, "Virtual Interface creation failed", FaultKind::network},
      {400, "Image x is unacceptable: Image has no associated data", FaultKind::image},
      {500,
       "Build of instance x aborted: Volume y did not finish being created even after we waited 3 seconds",
       FaultKind::volume},
      {500, "Block Device Mapping is Invalid.", FaultKind::volume},
      {500, "Something else", FaultKind::other}};
  for (const auto& [code, message, kind] : table) {
    const auto seen = fault(R"({"code": )" + std::to_string(code) + R"(, "message": ")" + message + R"("})");
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->kind, kind) << message;
    EXPECT_TRUE(message.starts_with(seen->text));
  }
  EXPECT_LT(fault(R"({"message": ")" + std::string(5000, 'x') + R"(\u0000\n"})")->text.size(), 310u);
}

// Servers that found no host are listed without their fault.
TEST_F(ListingTest, AsksOnceForTheFaultOfAMachineThatIsListedWithoutIt) {
  const std::string name = "vcycle-m-0123456789";
  script_page("", page(server_json(name, "ERROR") + "," + server_json("foreign", "ERROR")));
  http_.answer("GET", kNova + "/servers/id-" + name, 200,
               R"({"server": {"fault": {"code": 500, "message": "No valid host was found. "}}})");
  for (int cycle = 0; cycle < 2; ++cycle) {
    auto servers = list();
    ASSERT_TRUE(servers.ok()) << servers.error().message;
    EXPECT_EQ(servers->at(0).fault, (Fault{FaultKind::no_valid_host, "No valid host was found."}));
    EXPECT_EQ(servers->at(1).fault, (Fault{FaultKind::other, ""}));
  }
  EXPECT_EQ(http_.count("GET", kNova + "/servers/id-"), 1);
}

TEST_F(ListingTest, IsCompleteWhereAFaultCannotBeHad) {
  std::string servers;
  for (int i = 0; i < 5; ++i)
    servers += (i == 0 ? "" : ",") + server_json("vcycle-m-012345678" + std::to_string(i), "ERROR");
  script_page("", page(servers));
  http_.answer("GET", kNova + "/servers/id-vcycle-m-0123456780", 500, "");
  auto listed = list();
  ASSERT_TRUE(listed.ok());
  EXPECT_EQ(listed->size(), 5u);
  EXPECT_EQ(http_.count("GET", kNova + "/servers/id-"), 3) << "one server, asked for three times";
}

}  // namespace
}  // namespace vacuum::openstack
