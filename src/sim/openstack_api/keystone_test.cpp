#include <gtest/gtest.h>

#include "sim/testing/site.hpp"

namespace vacuum::sim {
namespace {

using testing::Site;

constexpr std::string_view kTokens = "/identity/v3/auth/tokens";

std::string by_password(std::string_view name, std::string_view password, std::string_view project) {
  return fmt::format(
      R"({{"auth": {{"identity": {{"methods": ["password"], "password": {{"user": {{"name": "{}",
      "domain": {{"name": "Default"}}, "password": "{}"}}}}}}, "scope": {{"project": {{"name": "{}",
      "domain": {{"id": "default"}}}}}}}}}})",
      name, password, project);
}

std::string by_credential(std::string_view secret, std::string_view scope = "") {
  return fmt::format(R"({{"auth": {{"identity": {{"methods": ["application_credential"],
      "application_credential": {{"id": "cloudbox", "secret": "{}"}}}}{}}}}})",
                     secret, scope);
}

TEST(KeystoneTest, GivesATokenForThePasswordAndTheProject) {
  Site site;
  const auto answer = site.send("POST", kTokens, by_password("demo", "cloudbox", "demo"));
  EXPECT_EQ(answer.status, 201);
  EXPECT_FALSE(header_value(answer.headers, "X-Subject-Token").empty());
  const auto token = Site::parsed(answer).at("token");
  EXPECT_EQ(token.at("project").at("name"), "demo");
  EXPECT_EQ(token.at("expires_at"), "2023-11-15T02:13:20.000000Z");
  for (const auto& service : token.at("catalog").as_array())
    for (const auto& endpoint : service.at("endpoints").as_array())
      EXPECT_EQ(std::string_view(endpoint.at("url").as_string()).find("http://cloud.example:8774/"), 0u);
}

TEST(KeystoneTest, RefusesAWrongNamePasswordOrProjectAlike) {
  Site site;
  for (const std::string& body :
       {by_password("demo", "wrong", "demo"), by_password("nobody", "cloudbox", "demo"),
        by_password("demo", "cloudbox", "other")}) {
    const auto answer = site.send("POST", kTokens, body);
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(Site::parsed(answer).at("error").at("message"),
              "The request you have made requires authentication.");
    EXPECT_EQ(header_value(answer.headers, "WWW-Authenticate"),
              "Keystone uri=\"http://cloud.example:8774/identity/v3\"");
  }
}

TEST(KeystoneTest, TakesAnApplicationCredentialWithoutAScopeOnly) {
  Site site;
  EXPECT_EQ(site.send("POST", kTokens, by_credential("cloudbox-secret")).status, 201);
  EXPECT_EQ(site.send("POST", kTokens, by_credential("wrong")).status, 401);
  const auto scoped = site.send(
      "POST", kTokens, by_credential("cloudbox-secret", R"(, "scope": {"project": {"name": "demo"}})"));
  EXPECT_EQ(scoped.status, 401);
  EXPECT_EQ(
      Site::parsed(scoped).at("error").at("message"),
      "Error authenticating with application credential: Application credentials cannot request a scope.");
}

TEST(KeystoneTest, EndsATokenWhenItsTimeIsOver) {
  Scenario scenario = Site::quick_scenario();
  scenario.identity.token_seconds = 60;
  Site site(scenario);
  site.step(59.9);
  EXPECT_EQ(site.get("/compute/v2.1/servers").status, 200);
  site.step(0.1);
  const auto refused = site.get("/compute/v2.1/servers");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(Site::parsed(refused).at("error").at("title"), "Unauthorized");
  EXPECT_EQ(site.get("/image/v2/images").status, 401);
  site.login();
  EXPECT_EQ(site.get("/compute/v2.1/servers").status, 200);
}

TEST(KeystoneTest, ShowsAndRevokesAToken) {
  Site site;
  site.more_headers = {{"X-Subject-Token", site.token}};
  const auto shown = site.get(kTokens);
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(header_value(shown.headers, "X-Subject-Token"), site.token);
  EXPECT_EQ(site.send("DELETE", kTokens).status, 204);
  EXPECT_EQ(site.get(kTokens).status, 401);
  EXPECT_EQ(site.get("/compute/v2.1/servers").status, 401);
}

TEST(KeystoneTest, SaysWhatIsMissingInAMalformedRequest) {
  Site site;
  EXPECT_EQ(site.send("POST", kTokens, "{").status, 400);
  EXPECT_EQ(site.send("POST", kTokens, "[1, 2]").status, 400);
  EXPECT_EQ(site.send("POST", kTokens, R"({"auth": {}})").status, 400);
  EXPECT_EQ(site.send("POST", kTokens, R"({"auth": {"identity": {"methods": "password"}}})").status, 401);
  EXPECT_EQ(site.send("POST", kTokens, std::string(100'000, '[')).status, 400) << "too deep";
}

TEST(KeystoneTest, AnswersAtTheRootOfTheHostToo) {
  Site site;
  EXPECT_EQ(site.get("/v3").status, 200);
  EXPECT_EQ(site.get("/v2.1/servers").status, 200);
  EXPECT_EQ(site.get("/v2/images").status, 200);
}

}  // namespace
}  // namespace vacuum::sim
