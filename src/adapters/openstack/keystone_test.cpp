#include "adapters/openstack/keystone_requests.hpp"
#include "adapters/openstack/testing/stage.hpp"
#include "adapters/openstack/urls.hpp"

namespace vacuum::openstack {
namespace {

constexpr char kLimits[] = R"({"limits": {"absolute": {}}})";

class KeystoneTest : public Stage {
 protected:
  KeystoneTest() { http_.answer("GET", kNova + "/limits", 200, kLimits); }
  auto quota() { return await(cloud().quota()); }
  int logins() const { return http_.count("POST", kKeystone); }
  void script_login(int status, std::string body, HttpHeaders headers = {}) {
    http_.reset("POST", kKeystone);
    http_.answer("POST", kKeystone, status, std::move(body), std::move(headers));
  }
  static std::string unauthorized() {
    return error_body("error", 401, "The request requires authentication.");
  }
};

TEST_F(KeystoneTest, AsksForATokenOfTheProject) {
  ASSERT_TRUE(quota().ok());
  EXPECT_EQ(boost::json::parse(sent("POST", kKeystone)), boost::json::parse(R"({"auth": {
    "identity": {"methods": ["password"], "password": {"user": {
      "name": "demo", "domain": {"id": "default"}, "password": "hunter2-hidden"}}},
    "scope": {"project": {"name": "demo", "domain": {"id": "default"}}}}})"));
  EXPECT_EQ(header_value(http_.seen().back().headers, "X-Auth-Token"), kToken);
}

TEST_F(KeystoneTest, NamesDomainsAndIdsAsConfigured) {
  PasswordLogin login;
  login.user_id = "u1";
  login.password = Secret("p");
  login.project_name = "grid";
  login.project_domain = {.id = "", .name = "physics"};
  const auto body = boost::json::parse(login_body(login));
  EXPECT_EQ(body.at("auth").at("identity").at("password").at("user"),
            boost::json::parse(R"({"id": "u1", "password": "p"})"));
  EXPECT_EQ(body.at("auth").at("scope"),
            boost::json::parse(R"({"project": {"name": "grid", "domain": {"name": "physics"}}})"));
}

TEST_F(KeystoneTest, SendsNoScopeWithAnApplicationCredential) {
  ApplicationCredential by_id;
  by_id.id = "cred";
  by_id.secret = Secret("s");
  EXPECT_EQ(boost::json::parse(login_body(by_id)), boost::json::parse(R"({"auth": {"identity": {
    "methods": ["application_credential"], "application_credential": {"id": "cred", "secret": "s"}}}})"));
  ApplicationCredential by_name{.name = "cred", .user_name = "demo", .secret = Secret("s")};
  EXPECT_EQ(boost::json::parse(login_body(by_name)), boost::json::parse(R"({"auth": {"identity": {
    "methods": ["application_credential"], "application_credential": {
      "name": "cred", "user": {"name": "demo", "domain": {"id": "default"}}, "secret": "s"}}}})"));
}

TEST_F(KeystoneTest, FindsKeystoneUnderTheUrlsThatPeopleConfigure) {
  for (const char* url : {"https://k:5000", "https://k:5000/", "https://k:5000/v3", "https://k:5000/v3/",
                          "https://k:5000/v2.0/"}) {
    EXPECT_EQ(keystone_root(url), "https://k:5000/v3") << url;
  }
  EXPECT_EQ(keystone_root("https://k/identity"), "https://k/identity/v3");
  EXPECT_EQ(keystone_root("https://k/identity/v3"), "https://k/identity/v3");
}

TEST_F(KeystoneTest, KeepsATokenUntilShortlyBeforeItsEnd) {
  ASSERT_TRUE(quota().ok());
  clock_.advance(std::chrono::minutes(54));
  ASSERT_TRUE(quota().ok());
  EXPECT_EQ(logins(), 1);
  clock_.advance(std::chrono::minutes(1));
  ASSERT_TRUE(quota().ok());
  EXPECT_EQ(logins(), 2);
}

TEST_F(KeystoneTest, RenewsATokenThatIsNotAcceptedAnyMore) {
  ASSERT_TRUE(quota().ok());
  http_.reset("GET", kNova + "/limits");
  http_.answer("GET", kNova + "/limits", 401, unauthorized());
  http_.answer("GET", kNova + "/limits", 200, kLimits);
  script_login(201, token_body(), {{"X-Subject-Token", "token-hidden-2"}});
  ASSERT_TRUE(quota().ok());
  EXPECT_EQ(logins(), 2);
  EXPECT_EQ(header_value(http_.seen().back().headers, "X-Auth-Token"), "token-hidden-2");
}

TEST_F(KeystoneTest, GivesUpOnA401OfANewToken) {
  http_.reset("GET", kNova + "/limits");
  http_.answer("GET", kNova + "/limits", 401, unauthorized());
  auto answer = quota();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().decision, CloudDecision::retry)
      << "a service may refuse all tokens while Keystone is down";
  EXPECT_EQ(http_.count("GET", kNova + "/limits"), 2);
}

// A 401 was not carried out: the create may be asked again.
TEST_F(KeystoneTest, AsksForAVmAgainWithANewToken) {
  add_image();
  script_create(401, unauthorized());
  script_create(202, R"({"server": {"id": "s1"}})");
  auto created = create();
  ASSERT_TRUE(created.ok()) << created.error().message;
  EXPECT_EQ(http_.count("POST", kNova + "/servers"), 2);
}

TEST_F(KeystoneTest, LogsInOnceForCallersThatComeTogether) {
  http_.hold();
  for (int i = 0; i < 20; ++i)
    boost::asio::co_spawn(
        loop_,
        [](Cloud& cloud) -> Async<void> {
          auto quota = co_await cloud.quota();
          EXPECT_TRUE(quota.ok());
        }(cloud()),
        boost::asio::detached);
  settle(loop_);
  EXPECT_EQ(logins(), 1);
  http_.release();
  settle(loop_);
  EXPECT_EQ(logins(), 1);
  EXPECT_EQ(http_.count("GET", kNova + "/limits"), 20);
}

TEST_F(KeystoneTest, TellsAWrongPasswordAndLeavesKeystoneAloneForAWhile) {
  script_login(401, unauthorized());
  auto first = quota();
  ASSERT_FALSE(first.ok());
  EXPECT_EQ(first.error().decision, CloudDecision::give_up);
  EXPECT_THAT(first.error().message, testing::HasSubstr("refuses the credentials"));
  auto second = quota();
  EXPECT_EQ(second.error().decision, CloudDecision::give_up);
  EXPECT_EQ(second.error().retry_after, Seconds(30));
  EXPECT_EQ(logins(), 1);
  clock_.advance(std::chrono::seconds(30));
  EXPECT_FALSE(quota().ok());
  EXPECT_EQ(logins(), 2);
  clock_.advance(std::chrono::seconds(59));
  EXPECT_FALSE(quota().ok());
  EXPECT_EQ(logins(), 2) << "the pause doubles";
}

TEST_F(KeystoneTest, RetriesWhereKeystoneIsDown) {
  http_.reset("POST", kKeystone);
  http_.fail("POST", kKeystone, HttpFailureKind::not_sent);
  auto answer = quota();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().decision, CloudDecision::retry);
  EXPECT_EQ(logins(), 3);
}

// With Keystone down Glance answers 401 to good tokens, and Nova goes on with those that it knows.
TEST_F(KeystoneTest, KeepsAGoodTokenWhileKeystoneIsDown) {
  ASSERT_TRUE(quota().ok());
  script_login(503, "unavailable");
  http_.answer("GET", kGlance + "/v2/images?status=active&name=img", 401, unauthorized());
  auto created = create();
  ASSERT_FALSE(created.ok());
  EXPECT_EQ(created.error().decision, CloudDecision::retry) << created.error().message;
  EXPECT_TRUE(quota().ok()) << "Nova still accepts the token";
}

TEST_F(KeystoneTest, SaysWhatTheCatalogueHasWhereAnEndpointIsMissing) {
  account_.region = "RegionTwo";
  auto answer = quota();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().decision, CloudDecision::give_up);
  EXPECT_THAT(answer.error().message, testing::HasSubstr("RegionTwo"));
  EXPECT_THAT(answer.error().message, testing::HasSubstr("compute public in RegionOne"));
}

TEST_F(KeystoneTest, TakesTheInterfaceByItsOldNameToo) {
  account_.interface = "publicURL";
  EXPECT_TRUE(quota().ok());
}

TEST_F(KeystoneTest, TellsAWebPageFromKeystone) {
  script_login(200, "<html>Welcome</html>", {{"Content-Type", "text/html; charset=utf-8"}});
  auto answer = quota();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().decision, CloudDecision::give_up);
  EXPECT_THAT(answer.error().message, testing::HasSubstr("answered 200 with text/html"));
  EXPECT_THAT(answer.error().message, testing::HasSubstr("Keystone"));
}

// Keystone's schema errors repeat the instance that they refuse, password and all.
TEST_F(KeystoneTest, KeepsThePasswordOutOfErrorsThatRepeatIt) {
  script_login(
      400,
      R"({"error": {"message": "hunter2-hidden is odd\n\nOn instance:\n {'password': 'hunter2-hidden'}"}})");
  auto answer = quota();
  ASSERT_FALSE(answer.ok());
  EXPECT_THAT(answer.error().message, testing::Not(testing::HasSubstr("hidden")));
  EXPECT_FALSE(log_.says("hidden")) << log_.text();
}

}  // namespace
}  // namespace vacuum::openstack
