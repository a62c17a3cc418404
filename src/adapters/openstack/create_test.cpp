#include "adapters/openstack/testing/stage.hpp"
#include "base/text.hpp"

namespace vacuum::openstack {
namespace {

const std::string kServers = kNova + "/servers";
constexpr char kCreated[] = R"({"server": {"id": "s1", "adminPass": "admin-hidden"}})";

class CreateTest : public Stage {
 protected:
  CreateTest() { add_image(); }
  boost::json::value sent_server() const { return boost::json::parse(sent("POST", kServers)).at("server"); }
  CloudError create_error(int status, std::string body, HttpHeaders headers = {}) {
    http_.reset("POST", kServers);
    script_create(status, std::move(body), std::move(headers));
    const int before = http_.count("POST", kServers);
    auto created = create();
    EXPECT_FALSE(created.ok());
    EXPECT_EQ(http_.count("POST", kServers), before + 1) << "a create is asked once";
    return created.ok() ? CloudError{} : created.error();
  }
};

TEST_F(CreateTest, AsksForWhatIsConfigured) {
  script_create(202, kCreated);
  account_.security_groups = {"default", "grid"};
  account_.network = NetworkIds{{"net-1"}};
  ServerRequest request = server_request();
  request.zone = ZoneName("az1");
  request.metadata = {{"machinetype", "m"}};
  auto created = await(cloud().create(request));
  ASSERT_TRUE(created.ok()) << created.error().message;
  EXPECT_EQ(created->text(), "s1");
  EXPECT_EQ(sent_server(), boost::json::parse(R"({"name": "vcycle-m-0123456789", "flavorRef": "flavor-1",
    "imageRef": "image-1", "user_data": ")" + encode_base64(request.user_data) +
                                              R"(", "availability_zone": "az1",
    "networks": [{"uuid": "net-1"}], "security_groups": [{"name": "default"}, {"name": "grid"}],
    "metadata": {"machinetype": "m"}})"));
  EXPECT_EQ(header_value(http_.seen().back().headers, "OpenStack-API-Version"), "");
}

TEST_F(CreateTest, BootsFromAVolumeThatEndsWithTheVm) {
  script_create(202, kCreated);
  ServerRequest request = server_request();
  request.volume_gb = 40;
  ASSERT_TRUE(await(cloud().create(request)).ok());
  const auto server = sent_server();
  EXPECT_FALSE(server.as_object().contains("imageRef"));
  EXPECT_EQ(server.at("block_device_mapping_v2"), boost::json::parse(R"([{"boot_index": 0, "uuid": "image-1",
    "source_type": "image", "destination_type": "volume", "volume_size": 40, "delete_on_termination": true}])"));
}

TEST_F(CreateTest, SaysNothingOfNetworksUnlessConfigured) {
  script_create(202, kCreated);
  ASSERT_TRUE(create().ok());
  EXPECT_FALSE(sent_server().as_object().contains("networks"));
  EXPECT_EQ(header_value(http_.seen().back().headers, "OpenStack-API-Version"), "");
}

TEST_F(CreateTest, AsksForNoNetworkAtAMicroversionThatKnowsIt) {
  script_create(202, kCreated);
  account_.network = NoNetwork{};
  ASSERT_TRUE(create().ok());
  EXPECT_EQ(sent_server().at("networks"), "none");
  EXPECT_EQ(header_value(http_.seen().back().headers, "OpenStack-API-Version"), "compute 2.37");
}

TEST_F(CreateTest, GivesUpWhereNovaIsTooOldForNoNetwork) {
  http_.reset("GET", kNova + "/");
  http_.answer("GET", kNova + "/", 200, version_body(36));
  account_.network = NoNetwork{};
  auto created = create();
  ASSERT_FALSE(created.ok());
  EXPECT_EQ(created.error().decision, CloudDecision::give_up);
}

TEST_F(CreateTest, RefusesUserDataThatNovaWouldNotTakeBeforeSending) {
  script_create(202, kCreated);
  ServerRequest request = server_request();
  request.user_data = std::string(65535 / 4 * 3, 'x');
  EXPECT_TRUE(await(cloud().create(request)).ok());
  request.user_data += 'x';
  auto created = await(cloud().create(request));
  ASSERT_FALSE(created.ok());
  EXPECT_EQ(created.error().decision, CloudDecision::refused);
  EXPECT_EQ(http_.count("POST", kServers), 1);
}

TEST_F(CreateTest, RefusesMetadataThatIsTooLongBeforeSending) {
  ServerRequest request = server_request();
  request.metadata = {{"k", std::string(256, 'x')}};
  EXPECT_EQ(await(cloud().create(request)).error().decision, CloudDecision::refused);
  EXPECT_EQ(http_.count("POST", kServers), 0);
}

// Spec 9: a create whose answer is lost leaves a VM. It is asked once and never again.
TEST_F(CreateTest, IsUnsureWhereTheAnswerWasLost) {
  http_.fail("POST", kServers, HttpFailureKind::answer_lost);
  EXPECT_EQ(create().error().decision, CloudDecision::unsure);
  EXPECT_EQ(http_.count("POST", kServers), 1);
  for (const int status : {500, 502, 503, 504}) {
    EXPECT_EQ(create_error(status, "<html>Bad gateway</html>").decision, CloudDecision::unsure) << status;
  }
  for (const char* body : {"", "{", R"({"server": {}})", R"({"server": {"id": ""}})", "<html>"}) {
    EXPECT_EQ(create_error(202, body).decision, CloudDecision::unsure) << body;
  }
}

TEST_F(CreateTest, IsToBeRetriedWhereItSurelyWasNotCarriedOut) {
  http_.fail("POST", kServers, HttpFailureKind::not_sent);
  EXPECT_EQ(create().error().decision, CloudDecision::retry);
  EXPECT_EQ(http_.count("POST", kServers), 1);
  const CloudError busy = create_error(503, "", {{"Retry-After", "40"}});
  EXPECT_EQ(busy.decision, CloudDecision::retry);
  EXPECT_EQ(busy.retry_after, Seconds(40));
  const CloudError many = create_error(429, "", {{"Retry-After", "Mon, 01 Jan 2001 00:00:00 GMT"}});
  EXPECT_EQ(many.decision, CloudDecision::retry);
  EXPECT_EQ(many.retry_after, Seconds(0));
  EXPECT_EQ(create_error(413, error_body("overLimit", 413, "slow down"), {{"Retry-After", "5"}}).retry_after,
            Seconds(5));
  EXPECT_EQ(create_error(503, R"({"message": "The Keystone service is temporarily unavailable."})").decision,
            CloudDecision::retry);
}

TEST_F(CreateTest, SaysWhyNovaRefuses) {
  const std::vector<std::tuple<int, std::string, FaultKind>> table{
      {403, "Quota exceeded for cores: Requested 24, but already used 1 of 20 cores", FaultKind::quota},
      {413, "Over limit", FaultKind::quota},
      {403, "Maximum number of metadata items exceeds 128", FaultKind::refused},
      {403, "Policy doesn't allow os_compute_api:servers:create to be performed.", FaultKind::refused},
      {400, "Can not find requested image", FaultKind::image},
      {400, "Flavor's disk is too small for requested image.", FaultKind::image},
      {400, "Network 1 could not be found.", FaultKind::network},
      {409, "Multiple possible networks found, use a Network ID to be more specific.", FaultKind::network},
      {400, "Flavor nosuch could not be found.", FaultKind::refused},
      {400, "Invalid key_name provided.", FaultKind::refused},
      {400, "The requested availability zone is not available", FaultKind::refused},
      {400, "Block Device Mapping is Invalid: failed to get volume 1.", FaultKind::volume},
      {404, "not there", FaultKind::refused}};
  for (const auto& [status, message, kind] : table) {
    const CloudError error = create_error(status, error_body("badRequest", status, message));
    EXPECT_EQ(error.decision, CloudDecision::refused) << message;
    ASSERT_TRUE(error.fault) << message;
    EXPECT_EQ(error.fault->kind, kind) << message;
    EXPECT_THAT(error.message, testing::HasSubstr(message));
  }
}

TEST_F(CreateTest, KeepsSecretsOutOfMessagesAndLog) {
  const std::string encoded = encode_base64(server_request().user_data);
  create_error(400,
               error_body("badRequest", 400,
                          "Invalid input for field/attribute user_data. Value: " + encoded + ". too long"));
  const CloudError error = create_error(
      400, error_body("badRequest", 400,
                      "Invalid input for field/attribute user_data. Value: " + encoded + ". too long"));
  EXPECT_THAT(error.message, testing::Not(testing::HasSubstr(encoded)));
  EXPECT_THAT(error.fault->text, testing::Not(testing::HasSubstr(encoded)));
  EXPECT_THAT(error.message, testing::HasSubstr("user_data"));
  http_.reset("POST", kServers);
  script_create(202, kCreated);
  ASSERT_TRUE(create().ok());
  EXPECT_FALSE(log_.lines().empty());
  EXPECT_FALSE(log_.says("hidden")) << log_.text();
  EXPECT_FALSE(log_.says(encoded));
}

// Spec 9: only the first page of Glance's images was looked at.
TEST_F(CreateTest, FindsTheNewestActiveImageOnAnyPage) {
  const std::string url = kGlance + "/v2/images";
  http_.reset("GET", url + "?status=active&name=img");
  http_.answer("GET", url + "?status=active&name=img", 200, R"({"images": [
    {"id": "old", "name": "img", "status": "active", "created_at": "2026-01-01T00:00:00Z"},
    {"id": "queued", "name": "img", "status": "queued", "created_at": "2026-05-01T00:00:00Z"},
    {"id": "other", "name": "img2", "status": "active", "created_at": "2026-05-01T00:00:00Z"}],
    "next": "/v2/images?name=img&marker=other"})");
  http_.answer("GET", url + "?name=img&marker=other", 200, R"({"images": [
    {"id": "new", "name": "img", "status": "active", "created_at": "2026-02-01T00:00:00Z"}]})");
  script_create(202, kCreated);
  ASSERT_TRUE(create().ok());
  EXPECT_EQ(sent_server().at("imageRef"), "new");
}

TEST_F(CreateTest, RefusesAnImageThatDoesNotExist) {
  ServerRequest request = server_request();
  request.image = "no such";
  http_.answer("GET", kGlance + "/v2/images?status=active&name=no%20such", 200, R"({"images": []})");
  auto created = await(cloud().create(request));
  ASSERT_FALSE(created.ok());
  EXPECT_EQ(created.error().decision, CloudDecision::refused);
  EXPECT_EQ(created.error().fault->kind, FaultKind::image);
}

TEST_F(CreateTest, AsksGlanceAnewOnlyAfterMinutesOrATroubleWithTheImage) {
  const auto lookups = [&] { return http_.count("GET", kGlance + "/v2/images"); };
  script_create(202, kCreated);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(create().ok());
  EXPECT_EQ(lookups(), 1);
  create_error(400, error_body("badRequest", 400, "Can not find requested image"));
  create_error(400, error_body("badRequest", 400, "Can not find requested image"));
  EXPECT_EQ(lookups(), 2);
  clock_.advance(std::chrono::minutes(5));
  create_error(400, error_body("badRequest", 400, "something"));
  EXPECT_EQ(lookups(), 3);
}

TEST_F(CreateTest, RefusesAFlavorThatTheCloudNeverListed) {
  ServerRequest request = server_request();
  request.flavor.cloud_id.clear();
  EXPECT_EQ(await(cloud().create(request)).error().decision, CloudDecision::refused);
}

}  // namespace
}  // namespace vacuum::openstack
