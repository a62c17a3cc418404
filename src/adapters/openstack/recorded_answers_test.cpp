// What a real OpenStack (Zed) answered, read in place.

#include "adapters/openstack/errors.hpp"
#include "adapters/openstack/keystone_requests.hpp"
#include "adapters/openstack/nova_requests.hpp"
#include "adapters/openstack/nova_versions.hpp"
#include "adapters/openstack/testing/stage.hpp"

namespace vacuum::openstack {
namespace {

const std::string kRealNova = "http://127.0.0.1:8774/v2.1";
const std::string kRealGlance = "http://127.0.0.1:9292";

class RecordedAnswersTest : public Stage {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(recorded_folder())) GTEST_SKIP() << recorded_folder() << " is not there";
    account_.auth_url = "http://127.0.0.1:5000/v3";
    answer("POST", "http://127.0.0.1:5000/v3/auth/tokens", "003");
    answer("GET", kRealNova + "/", "038");
    answer("GET", kRealNova + "/flavors/detail", "045");
  }
  void answer(const std::string& method, const std::string& url, std::string_view number) {
    http_.answer(method, url, FakeHttpClient::Outcome(recorded(number)));
  }
  CloudError create_error(std::string_view number) {
    auto id = read_create_answer(recorded(number), clock_.now());
    EXPECT_FALSE(id.ok()) << number;
    return id.ok() ? CloudError{} : id.error();
  }
};

TEST_F(RecordedAnswersTest, OfKeystoneGiveTokensOfFourHours) {
  for (const char* number : {"003", "011", "012"}) {
    const HttpResponse response = recorded(number);
    const auto token = read_token_body(response.body);
    ASSERT_TRUE(token) << number;
    EXPECT_EQ(token->lifetime, std::chrono::hours(4));
    auto nova = token->catalogue.find("compute", "internal", "");
    ASSERT_TRUE(nova.ok());
    EXPECT_EQ(*nova, kRealNova);
    EXPECT_FALSE(header_value(response.headers, "X-Subject-Token").empty());
  }
}

TEST_F(RecordedAnswersTest, OfNovaTellItsMicroversions) {
  for (const char* number : {"037", "038"}) {
    const auto range = read_versions(recorded(number).body);
    ASSERT_TRUE(range) << number;
    EXPECT_EQ(range->highest, (Microversion{2, 93}));
  }
}

TEST_F(RecordedAnswersTest, ListServersOfAnOldMicroversionWithTheirFlavors) {
  answer("GET", kRealNova + "/servers/detail", "090");
  auto servers = list();
  ASSERT_TRUE(servers.ok()) << servers.error().message;
  ASSERT_EQ(servers->size(), 2u);
  for (const auto& server : *servers) {
    EXPECT_EQ(server.state, MachineState::running);
    EXPECT_EQ(server.flavor.text(), "m1.tiny");
    EXPECT_EQ(server.processors, 1);
    EXPECT_EQ(server.memory_mb, 512);
    EXPECT_EQ(server.zone.text(), "nova");
    EXPECT_TRUE(server.ip.starts_with("10.64."));
    EXPECT_TRUE(server.started && server.updated);
  }
}

TEST_F(RecordedAnswersTest, ListAThousandAndTenServersOnTwoPages) {
  answer("GET", kRealNova + "/servers/detail", "201");
  answer("GET", kRealNova + "/servers/detail?marker=bdfbe858-ae0b-4e78-866e-26737371bc86", "203");
  http_.answer("GET", kRealNova + "/flavors/28e62787-e781-463e-9cc3-c53d31eb586d", 404, "");
  auto servers = list();
  ASSERT_TRUE(servers.ok()) << servers.error().message;
  EXPECT_EQ(servers->size(), 4u) << "two are kept of each page";
}

TEST_F(RecordedAnswersTest, TellStatesAndFaults) {
  http_.answer("GET", kRealNova + "/flavors/28e62787-e781-463e-9cc3-c53d31eb586d", 404, "");
  const std::string next = "?limit=3&marker=37314340-1394-47fa-9afc-bfbece6c3409";
  http_.answer("GET", kRealNova + "/servers/detail" + next, 200, R"({"servers": []})");
  for (const char* last : {"5db3cb32-f62f-4405-9e69-bff2838c5323", "6e0fd5bd-c1de-4d5b-b4bf-79c8010591eb"}) {
    http_.answer("GET", kRealNova + "/servers/detail?marker=" + last, 200, R"({"servers": []})");
  }
  const auto listed = [&](std::string_view number) {
    http_.reset("GET", kRealNova + "/servers/detail");
    answer("GET", kRealNova + "/servers/detail", number);
    auto servers = list();
    EXPECT_TRUE(servers.ok() && !servers->empty()) << number;
    return servers.ok() && !servers->empty() ? servers->front() : Server{};
  };
  EXPECT_EQ(listed("086").state, MachineState::starting);
  EXPECT_EQ(listed("227").state, MachineState::starting);
  EXPECT_EQ(listed("206").state, MachineState::deleting);
  EXPECT_EQ(listed("117").fault, (Fault{FaultKind::other, ""}))
      << "servers in cell 0 are listed without their fault";
  EXPECT_EQ(listed("236").fault->kind, FaultKind::no_valid_host);
  EXPECT_EQ(listed("223").fault->kind, FaultKind::quota);
  EXPECT_EQ(listed("236").state, MachineState::failed);
}

TEST_F(RecordedAnswersTest, OfCreatesAreRead) {
  for (const char* number : {"084", "106", "112", "224", "262"}) {
    auto id = read_create_answer(recorded(number), clock_.now());
    ASSERT_TRUE(id.ok()) << number;
    EXPECT_EQ(id->text().size(), 36u);
  }
  EXPECT_EQ(create_error("221").fault->kind, FaultKind::quota);
  EXPECT_EQ(create_error("122").fault->kind, FaultKind::quota);
  EXPECT_EQ(create_error("123").fault->kind, FaultKind::refused);
  EXPECT_EQ(create_error("068").fault->kind, FaultKind::refused);
  EXPECT_EQ(create_error("069").fault->kind, FaultKind::image);
  EXPECT_EQ(create_error("070").fault->kind, FaultKind::refused);
  EXPECT_EQ(create_error("077").fault->kind, FaultKind::refused);
  EXPECT_EQ(create_error("078").fault->kind, FaultKind::network);
  EXPECT_EQ(create_error("261").decision, CloudDecision::unsure);
  EXPECT_EQ(create_error("243").decision, CloudDecision::retry);
}

TEST_F(RecordedAnswersTest, DoNotPutUserDataIntoMessages) {
  const CloudError error = create_error("072");
  EXPECT_EQ(error.decision, CloudDecision::refused);
  EXPECT_THAT(error.message, testing::Not(testing::HasSubstr("eHh4")));
  EXPECT_LT(error.message.size(), 500u);
}

TEST_F(RecordedAnswersTest, TellQuotaAndFlavors) {
  answer("GET", kRealNova + "/limits", "054");
  auto quota = await(cloud().quota());
  ASSERT_TRUE(quota.ok());
  EXPECT_EQ(quota->processors_limit, 20000);
  EXPECT_EQ(quota->machines_limit, 5000);
  auto flavors = await(cloud().flavors());
  ASSERT_TRUE(flavors.ok());
  EXPECT_EQ(flavors->size(), 6u);
}

TEST_F(RecordedAnswersTest, TellImagesAndKeyPairs) {
  answer("GET", kRealGlance + "/v2/images?status=active&name=img-916fcc", "031");
  answer("GET", kRealNova + "/os-keypairs", "063");
  answer("POST", kRealNova + "/servers", "084");
  ServerRequest request = server_request();
  request.image = "img-916fcc";
  request.public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0m5hXm4WJ3v1xkq3nE0m0mQn8oJt0a3F1V5w8bqD8r";
  auto created = await(cloud().create(request));
  ASSERT_TRUE(created.ok()) << created.error().message;
  const auto server = boost::json::parse(sent("POST", kRealNova + "/servers")).at("server");
  EXPECT_EQ(server.at("key_name"), "kp-f01f6d");
  EXPECT_EQ(server.at("imageRef"), "42bcda8d-662f-46a5-a11a-94c59124a97d");
}

TEST_F(RecordedAnswersTest, OfErrorsAreReadInEveryShape) {
  for (const char* number :
       {"006", "014", "039", "022", "041", "042", "080", "082", "097", "243", "244", "261"}) {
    EXPECT_FALSE(error_text(recorded(number)).empty()) << number;
  }
  EXPECT_EQ(error_text(recorded("008")), "'identity' is a required property");
}

}  // namespace
}  // namespace vacuum::openstack
