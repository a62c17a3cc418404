#include "adapters/http/curl_client.hpp"

#include "adapters/http/testing/http_impostor.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

using Outcome = Result<HttpResponse, HttpFailure>;

Async<void> keep(Async<Outcome> task, std::optional<Outcome>& into) {
  into.emplace(co_await std::move(task));
}

class CurlClientTest : public testing::Test {
 protected:
  Result<HttpResponse, HttpFailure> send(HttpRequest request) {
    return run(loop_, client_->send(std::move(request)));
  }
  Result<HttpResponse, HttpFailure> get(std::string_view target) {
    return send({.url = impostor_.url(target)});
  }
  Result<HttpResponse, HttpFailure> post(std::string_view target, std::string body) {
    return send({.method = "POST", .url = impostor_.url(target), .body = std::move(body)});
  }

  boost::asio::io_context loop_;
  HttpImpostor impostor_{loop_};
  std::optional<CurlClient> client_{std::in_place, loop_.get_executor()};
};

TEST_F(CurlClientTest, CarriesMethodHeadersAndBodyBothWays) {
  impostor_.when("PUT", "/a?b=c").reply(201, {{"X-Subject-Token", "abc"}}, "made");
  auto answer = send({.method = "PUT",
                      .url = impostor_.url("/a?b=c"),
                      .headers = {{"X-Auth-Token", "token"}, {"Content-Type", "application/json"}},
                      .body = "{}"});
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "made");
  EXPECT_EQ(header_value(answer->headers, "x-subject-token"), "abc");
  const auto& seen = impostor_.seen().at(0);
  EXPECT_EQ(seen.body, "{}");
  EXPECT_EQ(header_value(seen.headers, "x-auth-token"), "token");
  EXPECT_EQ(header_value(seen.headers, "content-type"), "application/json");
}

TEST_F(CurlClientTest, SendsNoContentTypeAndNoExpectationOfItsOwn) {
  impostor_.when("POST", "/a").reply(200, {}, "");
  ASSERT_TRUE(post("/a", std::string(200'000, 'x')).ok());
  EXPECT_EQ(header_value(impostor_.seen().at(0).headers, "content-type"), "");
  EXPECT_EQ(header_value(impostor_.seen().at(0).headers, "expect"), "");
  EXPECT_EQ(impostor_.seen().at(0).body.size(), 200'000u);
}

TEST_F(CurlClientTest, KeepsItsConnection) {
  impostor_.when("GET", "/a").reply(200, {}, "1");
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(get("/a").ok());
  EXPECT_EQ(impostor_.connections(), 1);
}

TEST_F(CurlClientTest, LeavesRoomBehindABodyForItsParser) {
  impostor_.when("GET", "/a").reply(200, {}, std::string(100'000, 'x'));
  impostor_.when("GET", "/chunked")
      .raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
  auto whole = get("/a");
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(whole->body.size(), 100'000u);
  EXPECT_GE(whole->body.capacity(), 100'064u);
  auto chunked = get("/chunked");
  ASSERT_TRUE(chunked.ok());
  EXPECT_EQ(chunked->body, "hello");
  EXPECT_GE(chunked->body.capacity(), 69u);
}

TEST_F(CurlClientTest, FollowsNoRedirect) {
  impostor_.when("GET", "/a").reply(302, {{"Location", impostor_.url("/b")}}, "");
  auto answer = get("/a");
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(impostor_.seen().size(), 1u);
}

// Spec 9: libcurl repeats a POST by itself when a kept connection is closed without an answer.
TEST_F(CurlClientTest, NeverRepeatsARequestWhoseKeptConnectionWasClosedWithoutAnAnswer) {
  for (const std::string method : {"POST", "GET", "DELETE", "PUT"}) {
    impostor_.when("GET", "/warm").reply(200, {}, "");
    impostor_.when(method, "/deed").drop();
    ASSERT_TRUE(get("/warm").ok());
    const std::size_t before = impostor_.seen().size();
    const std::string body = method == "GET" || method == "DELETE" ? "" : "create";
    auto answer = send({.method = method, .url = impostor_.url("/deed"), .body = body});
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().kind, HttpFailureKind::answer_lost) << answer.error().message;
    settle(loop_);
    EXPECT_EQ(impostor_.seen().size(), before + 1) << method << " was sent again";
  }
}

TEST_F(CurlClientTest, CallsAnAnswerLostThatIsCutShort) {
  impostor_.when("GET", "/a").truncate(10, "a body of more than ten bytes");
  auto answer = get("/a");
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, HttpFailureKind::answer_lost);
}

TEST_F(CurlClientTest, CallsAnAnswerLostThatDoesNotComeInTime) {
  impostor_.when("POST", "/a").hang();
  auto answer =
      send({.method = "POST", .url = impostor_.url("/a"), .body = "x", .timeout = Milliseconds{50}});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, HttpFailureKind::answer_lost);
  EXPECT_EQ(impostor_.seen().size(), 1u);
}

TEST_F(CurlClientTest, CallsARequestNotSentWhereNobodyListens) {
  std::string url;
  {
    const HttpImpostor gone(loop_);
    url = gone.url("/");
  }
  auto answer = send({.method = "POST", .url = url, .body = "x"});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, HttpFailureKind::not_sent) << answer.error().message;
}

TEST_F(CurlClientTest, TakesNoAnswerBeyondTheBound) {
  impostor_.when("GET", "/announced").reply(200, {}, std::string(2000, 'x'));
  impostor_.when("GET", "/endless").raw("HTTP/1.1 200 OK\r\n\r\n" + std::string(2000, 'x'));
  for (const char* target : {"/announced", "/endless"}) {
    auto answer = send({.url = impostor_.url(target), .max_answer_bytes = 1000});
    ASSERT_FALSE(answer.ok()) << target;
    EXPECT_EQ(answer.error().kind, HttpFailureKind::too_long);
    EXPECT_THAT(answer.error().message, testing::HasSubstr("longer than allowed"));
  }
}

TEST_F(CurlClientTest, TakesNoEndlessHeaders) {
  std::string head = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 2000; ++i) head += "X-Filler: " + std::string(100, 'x') + "\r\n";
  impostor_.when("GET", "/a").raw(head + "\r\n");
  EXPECT_FALSE(get("/a").ok());
}

TEST_F(CurlClientTest, SpeaksHttpOnly) {
  for (const char* url :
       {"file:///etc/passwd", "ftp://127.0.0.1/", "127.0.0.1", "", "http://u:p@127.0.0.1:1/"}) {
    auto answer = send({.url = url});
    ASSERT_FALSE(answer.ok()) << url;
    EXPECT_EQ(answer.error().kind, HttpFailureKind::not_allowed) << url;
  }
}

TEST_F(CurlClientTest, SendsNoHeaderThatHoldsALineBreak) {
  auto answer = send({.url = impostor_.url("/a"), .headers = {{"X-Auth-Token", "a\r\nX-Other: b"}}});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, HttpFailureKind::not_allowed);
  EXPECT_TRUE(impostor_.seen().empty());
}

TEST_F(CurlClientTest, KeepsSecretsOutOfItsMessages) {
  impostor_.when("POST", "/a?key=hidden1").drop();
  auto answer = send({.method = "POST",
                      .url = impostor_.url("/a?key=hidden1"),
                      .headers = {{"X-Auth-Token", "hidden2"}},
                      .body = "hidden3"});
  ASSERT_FALSE(answer.ok());
  EXPECT_THAT(answer.error().message, testing::Not(testing::HasSubstr("hidden")));
  EXPECT_THAT(answer.error().message, testing::HasSubstr(impostor_.url("/a")));
}

TEST_F(CurlClientTest, EndsWhatIsUnderWayWhenItIsDestroyed) {
  impostor_.when("POST", "/a").hang();
  std::optional<Outcome> sent;
  std::optional<Outcome> never_begun;
  const HttpRequest request{.method = "POST", .url = impostor_.url("/a"), .body = "x"};
  boost::asio::co_spawn(loop_, keep(client_->send(request), sent), boost::asio::detached);
  while (impostor_.seen().empty()) loop_.run_one();
  boost::asio::co_spawn(loop_, keep(client_->send(request), never_begun), boost::asio::detached);
  client_.reset();
  settle(loop_);
  ASSERT_TRUE(sent && never_begun);
  EXPECT_EQ(sent->error().kind, HttpFailureKind::answer_lost);
  EXPECT_EQ(never_begun->error().kind, HttpFailureKind::not_sent);
}

TEST_F(CurlClientTest, OpensNoMoreConnectionsThanAllowed) {
  client_.emplace(loop_.get_executor(), CurlClientOptions{.max_connections_per_host = 3});
  impostor_.when("GET", "/a").reply(200, {}, "1");
  std::vector<std::optional<Outcome>> outcomes(30);
  for (auto& outcome : outcomes) {
    boost::asio::co_spawn(loop_, keep(client_->send({.url = impostor_.url("/a")}), outcome),
                          boost::asio::detached);
  }
  const auto answered = [&] {
    return std::ranges::count_if(outcomes, [](const auto& outcome) { return outcome && outcome->ok(); });
  };
  while (answered() < 30 && loop_.run_one_for(std::chrono::seconds(10)) > 0) {
  }
  EXPECT_EQ(answered(), 30);
  EXPECT_LE(impostor_.connections(), 3);
}

}  // namespace
}  // namespace vacuum
