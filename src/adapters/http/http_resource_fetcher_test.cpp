#include "adapters/http/http_resource_fetcher.hpp"

#include "adapters/http/curl_client.hpp"
#include "adapters/http/redirect_follower.hpp"
#include "adapters/http/testing/http_impostor.hpp"
#include "ports/testing/fake_clock.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

class HttpResourceFetcherTest : public testing::Test {
 protected:
  auto fetch(FetchRequest request) { return run(loop_, fetcher_.fetch(std::move(request))); }
  auto fetch(std::string_view target) { return fetch(FetchRequest{.url = impostor_.url(target)}); }
  FetchError error_of(std::string_view target) {
    auto answer = fetch(target);
    EXPECT_FALSE(answer.ok()) << target;
    return answer.ok() ? FetchError{} : answer.error();
  }

  boost::asio::io_context loop_;
  FakeClock clock_;
  HttpImpostor impostor_{loop_};
  CurlClient client_{loop_.get_executor()};
  RedirectFollower follower_{client_, clock_};
  HttpResourceFetcher fetcher_{follower_};
};

TEST_F(HttpResourceFetcherTest, GivesTheTextAsItIsWithItsValidatorsAndWhereItCameFrom) {
  impostor_.when("GET", "/template").reply(302, {{"Location", "/moved"}}, "");
  impostor_.when("GET", "/moved")
      .reply(200, {{"ETag", "\"1\""}, {"Last-Modified", "Wed, 21 Oct 2026 07:28:00 GMT"}}, "#!/bin/sh\n");
  auto answer = fetch("/template");
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  const auto& text = std::get<FetchedText>(*answer);
  EXPECT_EQ(text.text, "#!/bin/sh\n");
  EXPECT_EQ(text.url, impostor_.url("/moved"));
  EXPECT_EQ(text.validators.etag, "\"1\"");
  EXPECT_EQ(text.validators.last_modified, "Wed, 21 Oct 2026 07:28:00 GMT");
}

TEST_F(HttpResourceFetcherTest, ACopyThatIsStillGoodIsNotSentAgain) {
  impostor_.when("GET", "/pipe").reply(304, {}, "");
  FetchRequest request{.url = impostor_.url("/pipe"), .known = {.etag = "\"1\"", .last_modified = "then"}};
  auto answer = fetch(request);
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_TRUE(std::holds_alternative<NotModified>(*answer));
  EXPECT_EQ(header_value(impostor_.seen().at(0).headers, "If-None-Match"), "\"1\"");
  EXPECT_EQ(header_value(impostor_.seen().at(0).headers, "If-Modified-Since"), "then");
  EXPECT_FALSE(fetch("/pipe").ok()) << "304 to somebody without a copy";
}

// Spec 9: an error page is never taken for a template.
TEST_F(HttpResourceFetcherTest, AnErrorPageIsNeverTheText) {
  impostor_.when("GET", "/404").reply(404, {}, "#!/bin/sh\n");
  EXPECT_EQ(error_of("/404").decision, FetchDecision::give_up);
  impostor_.when("GET", "/503").reply(503, {}, "#!/bin/sh\n");
  EXPECT_EQ(error_of("/503").decision, FetchDecision::retry);
  impostor_.when("GET", "/login")
      .reply(200, {{"Content-Type", "text/html; charset=utf-8"}}, "\n<!-- hello -->\n<html>log in</html>");
  EXPECT_EQ(error_of("/login").decision, FetchDecision::give_up);
  EXPECT_THAT(error_of("/login").message, testing::HasSubstr("HTML page"));
  impostor_.when("GET", "/plain").reply(200, {}, "<!DOCTYPE HTML><p>Not found");
  EXPECT_THAT(error_of("/plain").message, testing::HasSubstr("HTML page"));
  impostor_.when("GET", "/empty").reply(200, {}, "\n");
  EXPECT_THAT(error_of("/empty").message, testing::HasSubstr("is empty"));
}

TEST_F(HttpResourceFetcherTest, AScriptSentAsHtmlIsAScript) {
  impostor_.when("GET", "/a").reply(200, {{"Content-Type", "text/html"}}, "#!/bin/sh\necho '<html>'\n");
  EXPECT_TRUE(fetch("/a").ok());
}

TEST_F(HttpResourceFetcherTest, ATextThatIsTooLongIsRefused) {
  impostor_.when("GET", "/a").reply(200, {}, std::string(2000, 'x'));
  auto answer = fetch(FetchRequest{.url = impostor_.url("/a"), .max_bytes = 1000});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().decision, FetchDecision::give_up);
}

TEST_F(HttpResourceFetcherTest, AHangingServerTakesNoMoreThanTheTimeGiven) {
  impostor_.when("GET", "/a").hang();
  auto answer = fetch(FetchRequest{.url = impostor_.url("/a"), .timeout = Milliseconds{50}});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().decision, FetchDecision::retry);
}

TEST_F(HttpResourceFetcherTest, WhatIsNoHttpUrlIsRefused) {
  auto answer = fetch(FetchRequest{.url = "file:///etc/passwd"});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().decision, FetchDecision::give_up);
}

TEST_F(HttpResourceFetcherTest, QueriesStayOutOfMessages) {
  impostor_.when("GET", "/a?key=hidden").reply(404, {}, "");
  EXPECT_THAT(error_of("/a?key=hidden").message, testing::Not(testing::HasSubstr("hidden")));
}

}  // namespace
}  // namespace vacuum
