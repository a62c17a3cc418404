#include "adapters/openstack/errors.hpp"
#include "adapters/openstack/gate.hpp"
#include "adapters/openstack/testing/stage.hpp"
#include "adapters/openstack/urls.hpp"

namespace vacuum::openstack {
namespace {

class OpenstackCloudTest : public Stage {
 protected:
  auto remove(int status) {
    http_.reset("DELETE", kNova + "/servers/s1");
    http_.answer("DELETE", kNova + "/servers/s1", status, error_body("itemNotFound", status, "no"));
    return await(cloud().remove(ServerId("s1")));
  }
};

// Spec 9: -1 was taken for a limit already reached.
TEST_F(OpenstackCloudTest, TakesMinusOneForNoLimit) {
  http_.answer("GET", kNova + "/limits", 200,
               R"({"limits": {"absolute": {"maxTotalCores": -1, "maxTotalRAMSize": 4096,
    "maxTotalInstances": 99999999999, "totalCoresUsed": 3, "totalRAMUsed": 5, "totalInstancesUsed": 2}}})");
  auto quota = await(cloud().quota());
  ASSERT_TRUE(quota.ok());
  EXPECT_EQ(quota->processors_limit, std::nullopt);
  EXPECT_EQ(quota->memory_mb_limit, 4096);
  EXPECT_EQ(quota->machines_limit, std::numeric_limits<int>::max());
  EXPECT_EQ(quota->processors_used, 3);
  EXPECT_EQ(quota->memory_mb_used, 5);
  EXPECT_EQ(quota->machines_used, 2);
}

TEST_F(OpenstackCloudTest, TakesNoOtherBodyForLimits) {
  for (const char* body : {"", "{}", "[]", R"({"limits": []})", R"({"limits": {"absolute": null}})"}) {
    http_.reset("GET", kNova + "/limits");
    http_.answer("GET", kNova + "/limits", 200, body);
    EXPECT_FALSE(await(cloud().quota()).ok()) << body;
  }
}

TEST_F(OpenstackCloudTest, ReadsFlavorsOfAllPages) {
  const std::string url = kNova + "/flavors/detail";
  http_.answer("GET", url, 200, R"({"flavors": [{"id": "f1", "name": "m1", "vcpus": 1, "ram": 512, "disk": 1},
    {"id": "f2", "name": "off", "vcpus": 1, "OS-FLV-DISABLED:disabled": true}, {"name": "no id", "vcpus": 1}, 7],
    "flavors_links": [{"rel": "next", "href": "http://nova/v2.1/flavors/detail?marker=f2"}]})");
  http_.answer("GET", url + "?marker=f2", 200,
               R"({"flavors": [{"id": "f3", "name": "m3", "vcpus": 4, "ram": 8192, "disk": 80}]})");
  for (int i = 0; i < 2; ++i) {
    auto flavors = await(cloud().flavors());
    ASSERT_TRUE(flavors.ok()) << flavors.error().message;
    ASSERT_EQ(flavors->size(), 2u);
    EXPECT_EQ(flavors->at(1), (Flavor{FlavorName("m3"), "f3", 4, 8192, 80}));
  }
  EXPECT_EQ(http_.count("GET", url), 2);
}

TEST_F(OpenstackCloudTest, RemovesAndSaysWhatIsGoneAlready) {
  EXPECT_TRUE(remove(204).ok());
  EXPECT_EQ(remove(404).error().decision, CloudDecision::not_found);
  EXPECT_EQ(remove(409).error().decision, CloudDecision::retry);
  EXPECT_EQ(remove(500).error().decision, CloudDecision::retry);
  EXPECT_EQ(remove(403).error().decision, CloudDecision::refused);
}

TEST_F(OpenstackCloudTest, RemovesOneThingOnlyWhateverItsId) {
  EXPECT_FALSE(await(cloud().remove(ServerId("../x?y"))).ok());
  EXPECT_EQ(http_.seen().back().url, kNova + "/servers/..%2Fx%3Fy");
  EXPECT_EQ(await(cloud().remove(ServerId(""))).error().decision, CloudDecision::not_found);
}

TEST_F(OpenstackCloudTest, RepeatsASafeRequestTwiceAndWaitsLongerEachTime) {
  const std::string url = kNova + "/limits";
  http_.fail("GET", url, HttpFailureKind::answer_lost);
  http_.answer("GET", url, 502, "");
  http_.answer("GET", url, 200, R"({"limits": {"absolute": {}}})");
  const auto before = clock_.monotonic();
  EXPECT_TRUE(await(cloud().quota()).ok());
  EXPECT_EQ(http_.count("GET", url), 3);
  EXPECT_GE(clock_.monotonic() - before, Milliseconds(750));
  EXPECT_LE(clock_.monotonic() - before, Milliseconds(2250));
}

TEST_F(OpenstackCloudTest, WaitsAsLongAsAskedUnlessThatIsLong) {
  const std::string url = kNova + "/limits";
  http_.answer("GET", url, 503, "", {{"Retry-After", "7"}});
  http_.answer("GET", url, 503, "", {{"Retry-After", "11"}});
  const auto before = clock_.monotonic();
  auto quota = await(cloud().quota());
  ASSERT_FALSE(quota.ok());
  EXPECT_EQ(quota.error().retry_after, Seconds(11));
  EXPECT_EQ(clock_.monotonic() - before, Milliseconds(7000));
}

TEST_F(OpenstackCloudTest, DoesNotRepeatWhatIsNotAllowed) {
  http_.fail("GET", kNova + "/limits", HttpFailureKind::not_allowed);
  EXPECT_EQ(await(cloud().quota()).error().decision, CloudDecision::give_up);
  EXPECT_EQ(http_.count("GET", kNova + "/limits"), 1);
}

TEST_F(OpenstackCloudTest, GivesUpWhereTheEndpointIsNoNova) {
  http_.answer("GET", kNova + "/limits", 200, "<html></html>", {{"Content-Type", "text/html"}});
  EXPECT_EQ(await(cloud().quota()).error().decision, CloudDecision::give_up);
  EXPECT_EQ(await(cloud().flavors()).error().decision, CloudDecision::give_up) << "404";
}

TEST_F(OpenstackCloudTest, HoldsToItsLimitOfRequestsInFlight) {
  account_.requests_in_flight = 3;
  http_.answer("GET", kNova + "/limits", 200, R"({"limits": {"absolute": {}}})");
  ASSERT_TRUE(await(cloud().quota()).ok());
  http_.hold();
  int answered = 0;
  const auto ask = [](Cloud& cloud, int& count) -> Async<void> {
    auto quota = co_await cloud.quota();
    count += quota.ok() ? 1 : 0;
  };
  for (int i = 0; i < 10; ++i) boost::asio::co_spawn(loop_, ask(cloud(), answered), boost::asio::detached);
  settle(loop_);
  EXPECT_EQ(http_.count("GET", kNova + "/limits"), 4) << "one before, and three now";
  http_.release();
  settle(loop_);
  EXPECT_EQ(answered, 10);
  EXPECT_EQ(http_.in_flight_max(), 3);
}

TEST_F(OpenstackCloudTest, HoldsToItsRate) {
  account_.requests_per_second = 2;
  http_.answer("GET", kNova + "/limits", 200, R"({"limits": {"absolute": {}}})");
  const auto before = clock_.monotonic();
  for (int i = 0; i < 11; ++i) ASSERT_TRUE(await(cloud().quota()).ok());
  EXPECT_EQ(clock_.monotonic() - before, Milliseconds(5000))
      << "12 requests, 2 of them at once, then one each 500 ms";
}

TEST_F(OpenstackCloudTest, EndsACallAtItsDeadline) {
  account_.requests_per_second = 0.001;
  account_.call_timeout = Milliseconds(10000);
  auto quota = await(cloud().quota());
  ASSERT_FALSE(quota.ok());
  EXPECT_EQ(quota.error().decision, CloudDecision::retry);
  EXPECT_LE(http_.seen().size(), 1u);
}

TEST(OpenstackUrlsTest, KeepToTheEndpoint) {
  EXPECT_EQ(nova_version_url("http://h:8774/v2.1/abc"), "http://h:8774/v2.1/");
  EXPECT_EQ(nova_version_url("http://h/compute/v2.1/"), "http://h/compute/v2.1/");
  EXPECT_EQ(nova_version_url("http://h/compute"), "http://h/compute/");
  EXPECT_EQ(glance_root("http://h:9292/v2/"), "http://h:9292");
  EXPECT_EQ(glance_root("http://h/image"), "http://h/image");
  EXPECT_EQ(percent_encode("a b/\xc3\xa9~"), "a%20b%2F%C3%A9~");
  EXPECT_EQ(next_query("/v2/images?limit=1&marker=2", "/v2/images"), "?limit=1&marker=2");
  EXPECT_EQ(next_query("http://h/x/v2/images?a=b c", "/v2/images"), std::nullopt);
  EXPECT_EQ(next_query("http://h/v2/images", "/v2/images"), std::nullopt);
}

TEST(OpenstackErrorsTest, AreReadInAnyShape) {
  const auto text = [](std::string body) {
    return error_text({.status = 500, .headers = {}, .body = std::move(body)});
  };
  EXPECT_EQ(text(R"({"badRequest": {"code": 400, "message": "no"}})"), "no");
  EXPECT_EQ(text(R"({"error": {"message": "no", "title": "t"}})"), "no");
  EXPECT_EQ(text(R"({"message": "No<br /><br />\nway\n\n", "code": "503 x", "title": "t"})"), "No way");
  EXPECT_EQ(text("<html><h1>Bad Gateway</h1></html>"), "Bad Gateway");
  EXPECT_EQ(text("[1]"), "");
  EXPECT_EQ(text(""), "");
  EXPECT_LE(text(R"({"message": ")" + std::string(100'000, 'x') + R"("})").size(), 310u);
  EXPECT_EQ(text(R"({"message": "a\u0007b"})"), "a b");
}

TEST(OpenstackErrorsTest, ReadRetryAfterInBothForms) {
  const TimePoint now = *parse_iso8601("2026-11-22T10:35:00Z");
  const auto read = [&](std::string value) { return retry_after({{"Retry-After", std::move(value)}}, now); };
  EXPECT_EQ(read("30"), Seconds(30));
  EXPECT_EQ(read("Sun, 22 Nov 2026 10:35:25 GMT"), Seconds(25));
  EXPECT_EQ(read("-5"), Seconds(0));
  EXPECT_EQ(read("99999999999"), Seconds(86400));
  EXPECT_EQ(read("soon"), std::nullopt);
  EXPECT_EQ(retry_after({}, now), std::nullopt);
}

}  // namespace
}  // namespace vacuum::openstack
