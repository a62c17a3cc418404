#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/testing/site.hpp"

namespace vacuum::sim {
namespace {

using ::testing::HasSubstr;
using testing::Site;
using ::testing::StartsWith;

constexpr std::string_view kServers = "/compute/v2.1/servers";
constexpr std::string_view kDetail = "/compute/v2.1/servers/detail";

std::string message_of(const ServedResponse& response) {
  const auto body = Site::parsed(response);
  return std::string(body.as_object().begin()->value().at("message").as_string());
}

std::vector<std::string> names(const boost::json::value& listing) {
  std::vector<std::string> found;
  for (const auto& server : listing.at("servers").as_array())
    found.emplace_back(server.at("name").as_string());
  return found;
}

TEST(ComputeTest, ShowsTheLifeOfAServerAsNovaDoes) {
  Site site;
  const std::string id = site.created_id("vm");
  EXPECT_EQ(site.server(id).at("status"), "BUILD");
  EXPECT_EQ(site.server(id).at("OS-EXT-STS:task_state"), "scheduling");
  site.step(1);
  EXPECT_EQ(site.server(id).at("OS-EXT-STS:task_state"), "spawning");
  EXPECT_TRUE(site.server(id).at("OS-SRV-USG:launched_at").is_null());
  site.step(2);
  EXPECT_EQ(site.server(id).at("status"), "ACTIVE");
  EXPECT_EQ(site.server(id).at("OS-EXT-STS:power_state"), 1);
  EXPECT_EQ(site.server(id).at("created"), "2023-11-14T22:13:20Z");
  EXPECT_EQ(site.server(id).at("OS-SRV-USG:launched_at"), "2023-11-14T22:13:23.000000");
  EXPECT_EQ(site.send("DELETE", "/compute/v2.1/servers/" + id).status, 204);
  EXPECT_EQ(site.server(id).at("status"), "ACTIVE");
  EXPECT_EQ(site.server(id).at("OS-EXT-STS:task_state"), "deleting");
  site.step(1);
  EXPECT_EQ(site.get("/compute/v2.1/servers/" + id).status, 404);
  EXPECT_EQ(site.send("DELETE", "/compute/v2.1/servers/" + id).status, 404);
}

TEST(ComputeTest, RefusesWhatTheQuotaDoesNotAllowInNovasWords) {
  Scenario scenario = Site::quick_scenario();
  scenario.cloud.projects[0].quota = {.machines = -1, .processors = 1, .memory_mb = 3000};
  Site site(scenario);
  EXPECT_EQ(site.create("first").status, 202);
  const auto refused = site.create("second");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(Site::parsed(refused).at("forbidden").at("code"), 403);
  EXPECT_EQ(
      message_of(refused),
      "Quota exceeded for cores, ram: Requested 1, 2048, but already used 1, 2048 of 1, 3000 cores, ram");
  const auto limits = Site::parsed(site.get("/compute/v2.1/limits")).at("limits").at("absolute");
  EXPECT_EQ(limits.at("maxTotalInstances"), -1);
  EXPECT_EQ(limits.at("maxTotalCores"), 1);
  EXPECT_EQ(limits.at("totalCoresUsed"), 1);
  EXPECT_EQ(limits.at("totalRAMUsed"), 2048);
}

TEST(ComputeTest, RefusesOrdersThatNameWhatIsNotThere) {
  Site site;
  EXPECT_EQ(message_of(site.send("POST", kServers, R"({"server": {"name": "a", "flavorRef": "nosuch"}})")),
            "Flavor nosuch could not be found.");
  EXPECT_EQ(message_of(site.create("a", R"(, "imageRef": "11111111-2222-3333-4444-555555555555")")),
            "Can not find requested image");
  EXPECT_EQ(message_of(site.create("a", R"(, "key_name": "nosuch")")), "Invalid key_name provided.");
  EXPECT_EQ(message_of(site.create("a", R"(, "availability_zone": "nosuch")")),
            "The requested availability zone is not available");
  EXPECT_EQ(message_of(site.create("a", R"(, "networks": [{"uuid": "x"}])")),
            "Network x could not be found.");
  EXPECT_THAT(message_of(site.create("a", R"(, "metadata": {"a": 1})")),
              HasSubstr("1 is not of type 'string'"));
  EXPECT_THAT(message_of(site.create("a", R"(, "user_data": "abc")")), HasSubstr("'abc' is not a 'base64'"));
  EXPECT_EQ(message_of(site.send("POST", kServers, R"({"x": 1})")), "'server' is a required property");
  EXPECT_EQ(message_of(site.send("POST", kServers, "a=b")), "Malformed request body");
  EXPECT_EQ(site.create(std::string(256, 'n')).status, 400);
  EXPECT_EQ(site.create("a", fmt::format(R"(, "user_data": "{}")", std::string(65536, 'A'))).status, 400);
  EXPECT_EQ(site.service.model().size(), 0u);
}

TEST(ComputeTest, WantsToBeToldTheNetworksFromMicroversion37) {
  Site site;
  site.microversion = "2.37";
  EXPECT_THAT(message_of(site.create("a")), HasSubstr("'networks' is a required property"));
  const std::string id = site.created_id("a", R"(, "networks": "none")");
  site.step(5);
  EXPECT_TRUE(site.server(id).at("addresses").as_object().empty());
  const std::string network = site.service.model().network_id();
  EXPECT_EQ(site.create("b", fmt::format(R"(, "networks": [{{"uuid": "{}"}}])", network)).status, 202);
  EXPECT_EQ(site.create("c", R"(, "networks": "auto")").status, 202);
}

TEST(ComputeTest, BootsFromAVolumeMadeFromAnImage) {
  Site site;
  const std::string body = fmt::format(
      R"({{"server": {{"name": "a", "flavorRef": "{}", "block_device_mapping_v2": [{{"boot_index": 0, "uuid": "{}",
      "source_type": "image", "destination_type": "volume", "volume_size": 20, "delete_on_termination": true}}]}}}})",
      site.flavor_id(), site.image_id());
  const auto created = site.send("POST", kServers, body);
  ASSERT_EQ(created.status, 202) << created.body;
  const auto server = site.server(std::string(Site::parsed(created).at("server").at("id").as_string()));
  EXPECT_EQ(server.at("image"), "");
  EXPECT_EQ(server.at("os-extended-volumes:volumes_attached").as_array().size(), 1u);
  EXPECT_EQ(
      site.send("POST", kServers, R"({"server": {"name": "a", "flavorRef": ")" + site.flavor_id() + "\"}}")
          .status,
      400);
}

TEST(ComputeTest, AnswersInTheMicroversionThatIsAskedFor) {
  Site site;
  const std::string id = site.created_id("vm");
  site.microversion = "2.46";
  EXPECT_TRUE(site.server(id).at("flavor").as_object().contains("id"));
  site.microversion = "2.47";
  EXPECT_EQ(site.server(id).at("flavor").at("original_name"), "m1.small");
  site.microversion = "latest";
  EXPECT_EQ(header_value(site.get(kServers).headers, "OpenStack-API-Version"), "compute 2.93");
  site.microversion = "2.94";
  const auto high = site.get(kServers);
  EXPECT_EQ(high.status, 406);
  EXPECT_EQ(message_of(high),
            "Version 2.94 is not supported by the API. Minimum is 2.1 and maximum is 2.93.");
  site.microversion = "abc";
  EXPECT_EQ(site.get(kServers).status, 400);
  site.microversion.clear();
  EXPECT_EQ(header_value(site.get(kServers).headers, "X-OpenStack-Nova-API-Version"), "2.1");
  site.more_headers = {{"X-OpenStack-Nova-API-Version", "2.50"}};
  EXPECT_EQ(header_value(site.get(kServers).headers, "OpenStack-API-Version"), "compute 2.50");
}

TEST(ComputeTest, GivesAtMostAThousandServersAPageAndLinksToTheNext) {
  Site site;
  site.send("POST", "/cloudbox/servers", R"({"count": 2500, "name": "vm-{n}"})");
  std::string target(kDetail);
  target += "?limit=5000";
  std::vector<std::size_t> sizes;
  for (int i = 0; i < 10; ++i) {
    const auto page = Site::parsed(site.get(target));
    sizes.push_back(page.at("servers").as_array().size());
    const auto* links = page.as_object().if_contains("servers_links");
    if (!links) break;
    const std::string href(links->at(0).at("href").as_string());
    EXPECT_THAT(href, StartsWith("http://cloud.example:8774/compute/v2.1/servers/detail?limit=5000&marker="));
    target = href.substr(href.find("/compute"));
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{1000, 1000, 500}));
}

TEST(ComputeTest, LinksToAnEmptyPageBehindAPageThatIsJustFull) {
  Site site;
  site.create("a");
  site.create("b");
  const auto page = Site::parsed(site.get(std::string(kServers) + "?limit=2"));
  const std::string href(page.at("servers_links").at(0).at("href").as_string());
  const auto next = Site::parsed(site.get(href.substr(href.find("/compute"))));
  EXPECT_TRUE(next.at("servers").as_array().empty());
  EXPECT_FALSE(next.as_object().contains("servers_links"));
}

TEST(ComputeTest, FiltersByNameAndStatusAndKeepsThemInTheLink) {
  Site site;
  for (const char* name : {"vcycle-a", "vcycle-b", "vcycle-c", "other"}) site.create(name);
  site.step(5);
  EXPECT_EQ(names(Site::parsed(site.get(std::string(kDetail) + "?name=%5Evcycle-b%24"))),
            std::vector<std::string>{"vcycle-b"});
  const auto page = Site::parsed(site.get(std::string(kServers) + "?name=%5Evcycle&limit=2&status=ACTIVE"));
  EXPECT_EQ(page.at("servers").as_array().size(), 2u);
  EXPECT_THAT(std::string(page.at("servers_links").at(0).at("href").as_string()),
              HasSubstr("?limit=2&name=%5Evcycle&status=ACTIVE&marker="));
  EXPECT_TRUE(names(Site::parsed(site.get(std::string(kDetail) + "?status=ERROR"))).empty());
}

TEST(ComputeTest, RefusesParametersThatNovaRefuses) {
  Site site;
  const std::string detail(kDetail);
  EXPECT_EQ(message_of(site.get(detail + "?marker=11111111-2222-3333-4444-555555555555")),
            "marker [11111111-2222-3333-4444-555555555555] not found");
  EXPECT_EQ(message_of(site.get(detail + "?limit=abc")),
            "Invalid input for query parameters limit. Value: abc. 'abc' does not match '^[0-9]*$'");
  EXPECT_EQ(site.get(detail + "?all_tenants=1").status, 403);
}

TEST(ComputeTest, ListsDeletedServersAmongTheChangesOnly) {
  Site site;
  const std::string id = site.created_id("vm", R"(, "metadata": {"k": "v"})");
  site.step(5);
  site.send("DELETE", "/compute/v2.1/servers/" + id);
  site.step(5);
  EXPECT_TRUE(names(Site::parsed(site.get(kDetail))).empty());
  const auto changes = Site::parsed(site.get(std::string(kDetail) + "?changes-since=2023-11-14T22:13:20Z"))
                           .at("servers")
                           .as_array();
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].at("status"), "DELETED");
  EXPECT_EQ(changes[0].at("id").as_string(), id);
  EXPECT_TRUE(changes[0].at("metadata").as_object().empty()) << "Nova deletes it with the server";
  EXPECT_TRUE(changes[0].at("addresses").as_object().empty());
  EXPECT_FALSE(changes[0].at("OS-SRV-USG:terminated_at").is_null());
}

TEST(ComputeTest, DescribesAServerOfARealManagerInAboutTwoKilobytes) {
  Site site;
  std::string metadata = R"(, "metadata": {"name": "vcycle-steady-0123456789", "machinetype": "steady")";
  for (const char* key : {"machinefeatures", "jobfeatures", "joboutputs"})
    metadata += fmt::format(
        R"(, "{}": "https://vcycle.example.org:443/machines/site.example/vcycle-steady-0123456789/{}")", key,
        key);
  const std::string id = site.created_id("vcycle-steady-0123456789", metadata + "}");
  site.step(5);
  const auto size = site.get("/compute/v2.1/servers/" + id).body.size();
  EXPECT_GT(size, 1600u);
  EXPECT_LT(size, 2400u);
}

TEST(ComputeTest, KeepsKeyPairsAndRefusesWhatIsNoKey) {
  Site site;
  const std::string key =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0m5hXm4WJ3v1xkq3nE0m0mQn8oJt0a3F1V5w8bqD8r a@b";
  const std::string body = fmt::format(R"({{"keypair": {{"name": "k", "public_key": "{}"}}}})", key);
  EXPECT_EQ(site.send("POST", "/compute/v2.1/os-keypairs", body).status, 200);
  EXPECT_EQ(message_of(site.send("POST", "/compute/v2.1/os-keypairs", body)), "Key pair 'k' already exists.");
  EXPECT_EQ(message_of(site.send("POST", "/compute/v2.1/os-keypairs",
                                 R"({"keypair": {"name": "g", "public_key": "garbage"}})")),
            "Keypair data is invalid: failed to generate fingerprint");
  const auto list = Site::parsed(site.get("/compute/v2.1/os-keypairs")).at("keypairs").as_array();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].at("keypair").at("public_key").as_string(), boost::json::string_view(key));
  EXPECT_EQ(site.create("a", R"(, "key_name": "k")").status, 202);
  EXPECT_EQ(site.send("DELETE", "/compute/v2.1/os-keypairs/k").status, 202);
  EXPECT_EQ(site.get("/compute/v2.1/os-keypairs/k").status, 404);
}

TEST(ComputeTest, KeepsProjectsApart) {
  Scenario scenario = Site::quick_scenario();
  scenario.cloud.projects.push_back({"other", {}});
  scenario.identity.users.push_back({"other", Secret("x"), "other", {}});
  Site site(scenario);
  site.send("POST", "/cloudbox/servers", R"({"count": 3, "name": "theirs-{n}", "project": "other"})");
  EXPECT_TRUE(names(Site::parsed(site.get(kServers))).empty());
  const std::string id = site.service.model().all().front()->id;
  EXPECT_EQ(site.get("/compute/v2.1/servers/" + id).status, 404);
  EXPECT_EQ(site.send("DELETE", "/compute/v2.1/servers/" + id).status, 404);
}

TEST(ComputeTest, FindsImagesByNameAndPagesThem) {
  Scenario scenario = Site::quick_scenario();
  for (int i = 0; i < 60; ++i) scenario.cloud.images.push_back({fmt::format("image-{}", i)});
  Site site(scenario);
  const auto found = Site::parsed(site.get("/image/v2/images?name=image-7"));
  ASSERT_EQ(found.at("images").as_array().size(), 1u);
  EXPECT_FALSE(found.as_object().contains("next"));
  std::size_t count = 0;
  std::string target = "/v2/images";
  for (;;) {
    const auto page = Site::parsed(site.get("/image" + target));
    EXPECT_LE(page.at("images").as_array().size(), 25u);
    count += page.at("images").as_array().size();
    if (!page.as_object().contains("next")) break;
    target = page.at("next").as_string();
  }
  EXPECT_EQ(count, 62u);
}

}  // namespace
}  // namespace vacuum::sim
