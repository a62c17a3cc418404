// Compares answers with those that a real OpenStack gave to the same requests: status, and the shape of the
// body.
#include <filesystem>
#include <functional>
#include <set>

#include <gtest/gtest.h>

#include "base/testing/files.hpp"
#include "base/testing/source_directory.hpp"
#include "sim/testing/site.hpp"

namespace vacuum::sim {
namespace {

using testing::Site;

std::string_view kind_of(const boost::json::value& value) {
  if (value.is_string()) return "text";
  if (value.is_number()) return "number";
  if (value.is_bool()) return "truth";
  return value.is_null() ? "null" : value.is_object() ? "object" : "list";
}

/// Every path through the value with the kind of what is there. What users name (metadata) is not looked
/// into.
void add_shape(std::set<std::string>& shape, const boost::json::value& value, const std::string& path) {
  shape.insert(path + ": " + std::string(kind_of(value)));
  if (value.is_object() && !path.ends_with(".metadata")) {
    for (const auto& [key, member] : value.get_object())
      if (key != "_note") add_shape(shape, member, path + "." + std::string(key));
  }
  if (value.is_array())
    for (const auto& element : value.get_array()) add_shape(shape, element, path + "[]");
}

std::set<std::string> shape_of(const boost::json::value& value) {
  std::set<std::string> shape;
  add_shape(shape, value, "");
  return shape;
}

struct Recorded {
  std::string name;
  std::function<ServedResponse(Site&)> ask;
};

std::string name_of(const ::testing::TestParamInfo<Recorded>& tested) {
  return "Answer" + tested.param.name.substr(0, 3);
}

class RecordedAnswersTest : public ::testing::TestWithParam<Recorded> {};

boost::json::value read_recording(const std::string& name) {
  const auto file = source_directory() / "../shared/openstack/responses" / (name + ".json");
  if (!std::filesystem::exists(file)) return nullptr;
  return boost::json::parse(content_of(file)).at("response");
}

TEST_P(RecordedAnswersTest, HaveTheStatusAndTheShapeOfARealOnes) {
  const auto recording = read_recording(GetParam().name);
  if (recording.is_null())
    GTEST_SKIP() << "the recorded answers of a real OpenStack are not beside this source tree";
  Site site;
  const ServedResponse answer = GetParam().ask(site);
  EXPECT_EQ(answer.status, recording.at("status").as_int64());
  if (recording.at("body").is_null()) {
    EXPECT_EQ(answer.body, "");
    return;
  }
  EXPECT_EQ(shape_of(Site::parsed(answer)), shape_of(recording.at("body"))) << answer.body;
}

std::function<ServedResponse(Site&)> get(std::string target, std::string microversion = {}) {
  return [=](Site& site) {
    site.microversion = microversion;
    return site.get(target);
  };
}

std::function<ServedResponse(Site&)> without_token(std::string target) {
  return [=](Site& site) {
    site.token.clear();
    return site.get(target);
  };
}

std::function<ServedResponse(Site&)> post(std::string target, std::string body) {
  return [=](Site& site) { return site.send("POST", target, body); };
}

std::function<ServedResponse(Site&)> create(std::string more, std::string microversion = {}) {
  return [=](Site& site) {
    site.microversion = microversion;
    return site.create("vm", more);
  };
}

/// A server some seconds after it was asked for.
std::function<ServedResponse(Site&)> show(double after_seconds, std::string more = {},
                                          std::string microversion = {}) {
  return [=](Site& site) {
    if (more.find("none") != std::string::npos) site.microversion = "2.37";
    const std::string id = site.created_id("vm", more);
    site.step(after_seconds);
    site.microversion = microversion;
    return site.get("/compute/v2.1/servers/" + id);
  };
}

ServedResponse show_stopped(Site& site) {
  Scenario scenario = Site::quick_scenario();
  scenario.machinetypes["m"] = WorkSettings{};
  Site other(scenario);
  const std::string id = other.created_id("vm", R"(, "metadata": {"machinetype": "m"}, "key_name": null)");
  other.step(1000);
  (void)site;
  ServedResponse answer = other.get("/compute/v2.1/servers/" + id);
  return answer;
}

ServedResponse show_failed(Site& site) {
  site.send("POST", "/cloudbox/faults", R"({"failed_builds": {"next": 1}})");
  return show(5)(site);
}

ServedResponse show_deleting(Site& site) {
  site.microversion = "2.37";
  const std::string id = site.created_id("vm", R"(, "networks": "none")");
  site.step(5);
  site.send("DELETE", "/compute/v2.1/servers/" + id);
  site.microversion.clear();
  return site.get("/compute/v2.1/servers/" + id);
}

ServedResponse delete_server(Site& site) {
  return site.send("DELETE", "/compute/v2.1/servers/" + site.created_id("vm"));
}

ServedResponse list_with_more(Site& site) {
  site.create("a");
  site.create("b");
  site.step(5);
  return site.get("/compute/v2.1/servers/detail?limit=1");
}

ServedResponse over_instances(Site& site) {
  site.send("POST", "/cloudbox/quota", R"({"instances": 0})");
  return site.create("vm");
}

const std::string kKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0m5hXm4WJ3v1xkq3nE0m0mQn8oJt0a3F1V5w8bqD8r a";
const std::string kKeyBody = R"({"keypair": {"name": "k", "public_key": ")" + kKey + "\"}}";

/// One that is there, and two that were deleted: with a host, and without.
ServedResponse list_changes(Site& site) {
  const std::string first = site.created_id("a");
  site.send("POST", "/compute/v2.1/os-keypairs", kKeyBody);
  site.create("b", R"(, "key_name": "k")");
  site.step(5);
  site.send("POST", "/cloudbox/faults", R"({"failed_builds": {"next": 1}})");
  const std::string failed = site.created_id("c");
  site.step(5);
  for (const std::string& id : {first, failed}) site.send("DELETE", "/compute/v2.1/servers/" + id);
  site.step(5);
  return site.get("/compute/v2.1/servers/detail?changes-since=2020-01-01T00:00:00Z");
}

ServedResponse with_key(Site& site, const std::string& method, const std::string& target) {
  site.send("POST", "/compute/v2.1/os-keypairs", kKeyBody);
  return site.send(method, target, method == "POST" ? kKeyBody : "");
}

const std::string kBadPassword =
    R"({"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "demo", "password": "x"}}}}})";
const std::string kCredential =
    R"({"auth": {"identity": {"methods": ["application_credential"],
        "application_credential": {"id": "cloudbox", "secret": "cloudbox-secret"}}}})";
const std::string kNowhere = "11111111-2222-3333-4444-555555555555";

INSTANTIATE_TEST_SUITE_P(
    Keystone, RecordedAnswersTest,
    ::testing::Values(Recorded{"001-keystone-root", get("/identity")},
                      Recorded{"002-keystone-v3", get("/identity/v3")},
                      Recorded{"003-token-password", [](Site& site) { return site.ask_for_token(); }},
                      Recorded{"006-token-401-bad-password", post("/identity/v3/auth/tokens", kBadPassword)},
                      Recorded{"008-token-400-malformed",
                               post("/identity/v3/auth/tokens", R"({"auth": {}})")},
                      Recorded{"011-token-appcred", post("/identity/v3/auth/tokens", kCredential)},
                      Recorded{"017-keystone-401-no-token", without_token("/identity/v3/projects")}),
    name_of);

INSTANTIATE_TEST_SUITE_P(Glance, RecordedAnswersTest,
                         ::testing::Values(Recorded{"021-glance-root", get("/image")},
                                           Recorded{"022-glance-401-no-token",
                                                    without_token("/image/v2/images")},
                                           Recorded{"023-image-list", get("/image/v2/images")},
                                           Recorded{"033-image-404", get("/image/v2/images/" + kNowhere)}),
                         name_of);

INSTANTIATE_TEST_SUITE_P(
    NovaCatalogue, RecordedAnswersTest,
    ::testing::Values(
        Recorded{"037-nova-root", get("/compute")}, Recorded{"038-nova-v21", get("/compute/v2.1/")},
        Recorded{"039-nova-401-no-token", without_token("/compute/v2.1/servers/detail")},
        Recorded{"041-nova-404-unknown-path", get("/compute/v2.1/nosuch")},
        Recorded{"042-nova-406-microversion", get("/compute/v2.1/flavors", "2.999")},
        Recorded{"043-nova-400-microversion", get("/compute/v2.1/flavors", "abc")},
        Recorded{"044-flavors", get("/compute/v2.1/flavors")},
        Recorded{"045-flavors-detail", get("/compute/v2.1/flavors/detail")},
        Recorded{"046-flavors-detail-2.61", get("/compute/v2.1/flavors/detail", "2.61")},
        Recorded{"047-flavors-detail-latest", get("/compute/v2.1/flavors/detail", "latest")},
        Recorded{"048-flavors-detail-limit2", get("/compute/v2.1/flavors/detail?limit=2")},
        Recorded{"049-flavor-404", get("/compute/v2.1/flavors/nosuch")},
        Recorded{"054-limits", get("/compute/v2.1/limits")},
        Recorded{"056-limits-2.57", get("/compute/v2.1/limits", "2.57")},
        Recorded{"058-availability-zone", get("/compute/v2.1/os-availability-zone")},
        Recorded{"059-keypair-import", post("/compute/v2.1/os-keypairs", kKeyBody)},
        Recorded{"060-keypair-import-409",
                 [](Site& site) { return with_key(site, "POST", "/compute/v2.1/os-keypairs"); }},
        Recorded{"063-keypair-list",
                 [](Site& site) { return with_key(site, "GET", "/compute/v2.1/os-keypairs"); }},
        Recorded{"064-keypair-show",
                 [](Site& site) { return with_key(site, "GET", "/compute/v2.1/os-keypairs/k"); }},
        Recorded{"065-keypair-404", get("/compute/v2.1/os-keypairs/nosuch")},
        Recorded{"066-keypair-delete",
                 [](Site& site) { return with_key(site, "DELETE", "/compute/v2.1/os-keypairs/k"); }}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    NovaServers, RecordedAnswersTest,
    ::testing::Values(
        Recorded{"067-server-400-no-networks-2.37", create("", "2.37")},
        Recorded{"069-server-400-image", create(R"(, "imageRef": ")" + kNowhere + "\"")},
        Recorded{"070-server-400-keypair", create(R"(, "key_name": "nosuch")")},
        Recorded{"081-server-404", get("/compute/v2.1/servers/" + kNowhere)},
        Recorded{"080-server-405",
                 [](Site& site) { return site.send("PUT", "/compute/v2.1/servers", "{}"); }},
        Recorded{"083-server-list-empty", get("/compute/v2.1/servers/detail")},
        Recorded{"084-server-create", create("")},
        Recorded{"106-server-create-none", create(R"(, "networks": "none")", "2.37")},
        Recorded{"107-server-show-none", show(5, R"(, "networks": "none")", "2.37")},
        Recorded{"108-server-delete-none", delete_server},
        Recorded{"109-server-show-deleting", show_deleting}, Recorded{"116-server-show-error", show_failed},
        Recorded{"221-server-403-quota-instances", over_instances},
        Recorded{"124-servers-detail-limit1", list_with_more},
        Recorded{"125-servers-detail-400-marker", get("/compute/v2.1/servers/detail?marker=" + kNowhere)},
        Recorded{"126-servers-detail-400-limit", get("/compute/v2.1/servers/detail?limit=abc")},
        Recorded{"128-servers-detail-all-tenants-403", get("/compute/v2.1/servers/detail?all_tenants=1")},
        Recorded{"129-servers-detail-changes-since", list_changes},
        Recorded{"225-server-show-scheduling", show(0)}, Recorded{"226-server-show-spawning", show(1)},
        Recorded{"232-server-show-shutoff-by-guest", show_stopped}),
    name_of);

/// A server that has a key, at the newest microversion: all the keys that there are.
TEST(RecordedServerTest, OfTheNewestMicroversionHasAllKeysOfARealOne) {
  const auto recording = read_recording("088-server-show-active-latest");
  if (recording.is_null())
    GTEST_SKIP() << "the recorded answers of a real OpenStack are not beside this source tree";
  Site site;
  site.send("POST", "/compute/v2.1/os-keypairs", kKeyBody);
  const ServedResponse answer = show(5, R"(, "key_name": "k")", "latest")(site);
  EXPECT_EQ(shape_of(Site::parsed(answer)), shape_of(recording.at("body")));
}

}  // namespace
}  // namespace vacuum::sim
