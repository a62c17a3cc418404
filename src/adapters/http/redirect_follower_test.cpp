#include "adapters/http/redirect_follower.hpp"

#include "adapters/http/curl_client.hpp"
#include "adapters/http/testing/http_impostor.hpp"
#include "ports/testing/fake_clock.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

class RedirectFollowerTest : public testing::Test {
 protected:
  auto send(HttpRequest request) { return run(loop_, follower_.send(std::move(request))); }
  auto get(std::string_view target) { return send({.url = impostor_.url(target)}); }

  boost::asio::io_context loop_;
  FakeClock clock_;
  HttpImpostor impostor_{loop_};
  CurlClient client_{loop_.get_executor()};
  RedirectFollower follower_{client_, clock_};
};

TEST_F(RedirectFollowerTest, FollowsRelativeAndAbsoluteRedirects) {
  impostor_.when("GET", "/a/b").reply(301, {{"Location", "../c?x=1"}}, "");
  impostor_.when("GET", "/c?x=1").reply(302, {{"Location", impostor_.url("/d#part")}}, "");
  impostor_.when("GET", "/d").reply(200, {}, "found");
  auto answer = get("/a/b");
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->body, "found");
  EXPECT_EQ(answer->url, impostor_.url("/d"));
}

TEST_F(RedirectFollowerTest, EndsACircle) {
  impostor_.when("GET", "/a").reply(302, {{"Location", "/a"}}, "");
  auto answer = get("/a");
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, HttpFailureKind::not_allowed);
  EXPECT_THAT(answer.error().message, testing::HasSubstr("redirects"));
  EXPECT_LE(impostor_.seen().size(), 6u);
}

TEST_F(RedirectFollowerTest, LeavesPostsAlone) {
  impostor_.when("POST", "/a").reply(302, {{"Location", "/b"}}, "");
  auto answer = send({.method = "POST", .url = impostor_.url("/a"), .body = "x"});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status, 302);
}

TEST_F(RedirectFollowerTest, RefusesARedirectToNowhere) {
  impostor_.when("GET", "/a").reply(302, {}, "");
  EXPECT_FALSE(get("/a").ok());
}

TEST_F(RedirectFollowerTest, RefusesARedirectToAnotherScheme) {
  impostor_.when("GET", "/a").reply(302, {{"Location", "file:///etc/passwd"}}, "");
  auto answer = get("/a");
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, HttpFailureKind::not_allowed) << answer.error().message;
}

TEST(RedirectTargetTest, NoPublicServerSendsUsInside) {
  for (const auto* inside : {"https://127.0.0.1/", "https://169.254.169.254/latest/", "https://[::1]:9780/",
                             "https://localhost/", "https://2130706433/"}) {
    EXPECT_FALSE(redirect_target("https://a.example/x", inside).ok()) << inside;
  }
  EXPECT_TRUE(redirect_target("https://127.0.0.1:1/x", "https://127.0.0.1:2/y").ok());
}

TEST(RedirectTargetTest, NeverLeadsFromHttpsToHttp) {
  auto target = redirect_target("https://a.example/x", "http://a.example/x");
  ASSERT_FALSE(target.ok());
  EXPECT_THAT(target.error(), testing::HasSubstr("from https to http://a.example/x"));
  EXPECT_EQ(*redirect_target("http://a.example/x", "https://b.example/y"), "https://b.example/y");
  EXPECT_EQ(*redirect_target("https://a.example/x", "/y"), "https://a.example/y");
  EXPECT_EQ(*redirect_target("https://a.example/x", "//b.example/y"), "https://b.example/y");
  EXPECT_FALSE(redirect_target("https://a.example/x", "HTTP://a.example/x").ok());
}

}  // namespace
}  // namespace vacuum
