#include "adapters/http_server/http_server.hpp"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/http_server/testing/server_fixture.hpp"

namespace vacuum::http_server {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using HttpServerTest = ServerFixture;

TEST_F(HttpServerTest, AnswersAndKeepsTheConnectionForMore) {
  begin_echo();
  const auto client = connect();
  say(client, "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for(client, "GET /a?b=c ");
  EXPECT_THAT(client->received, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(client->received, HasSubstr("Content-Length: 11\r\n"));
  say(client, "POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody");
  wait_for(client, "POST /p body");
  EXPECT_EQ(server_->connections(), 1u);
}

TEST_F(HttpServerTest, AnswersRequestsThatComeTogetherInTheirOrder) {
  begin_echo();
  const auto client = connect();
  say(client,
      "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\nHost: "
      "x\r\nConnection: close\r\n\r\n");
  wait_for_close(client);
  const auto first = client->received.find("GET /1"), second = client->received.find("GET /2"),
             third = client->received.find("GET /3");
  ASSERT_NE(third, std::string::npos);
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
}

TEST_F(HttpServerTest, ReadsChunkedBodiesAndInvitesThoseThatWaitForIt) {
  begin_echo();
  const auto client = connect();
  say(client, "PUT /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
  wait_for(client, "HTTP/1.1 100 Continue\r\n\r\n");
  say(client, "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  wait_for(client, "PUT /c abcde");
}

TEST_F(HttpServerTest, SendsNoBodyForHeadAndForNoContent) {
  begin([](ServedRequest request) -> Async<ServedResponse> {
    co_return ServedResponse{.status = request.method == "HEAD" ? 200 : 204, .body = "secret"};
  });
  const auto client = connect();
  say(client, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for(client, "\r\n\r\n");
  EXPECT_THAT(client->received, HasSubstr("Content-Length: 6\r\n"));
  EXPECT_THAT(client->received, EndsWith("\r\n\r\n"));
  client->received.clear();
  say(client, "DELETE / HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for(client, "\r\n\r\n");
  EXPECT_THAT(client->received, StartsWith("HTTP/1.1 204 No Content\r\n"));
  EXPECT_THAT(client->received, ::testing::Not(HasSubstr("secret")));
}

TEST_F(HttpServerTest, RefusesWhatIsNoHttpAndWhatIsTooLarge) {
  begin_echo({.header_bytes = 1000, .body_bytes = 100});
  const auto garbage = connect();
  say(garbage, "this is no HTTP\r\n\r\n");
  wait_for_close(garbage);
  EXPECT_THAT(garbage->received, StartsWith("HTTP/1.1 400"));
  const auto long_header = connect();
  say(long_header, "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(2000, 'x') + "\r\n\r\n");
  wait_for_close(long_header);
  EXPECT_THAT(long_header->received, ::testing::AnyOf(StartsWith("HTTP/1.1 431"), ""));
  const auto long_body = connect();
  say(long_body, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n");
  wait_for_close(long_body);
  EXPECT_THAT(long_body->received, StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpServerTest, DropsAndTruncatesAnswersOnRequest) {
  begin([](ServedRequest request) -> Async<ServedResponse> {
    ServedResponse response{.body = std::string(1000, 'x')};
    response.delivery = request.target == "/dropped" ? Delivery::dropped : Delivery::truncated;
    co_return response;
  });
  const auto dropped = connect();
  say(dropped, "GET /dropped HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for_close(dropped);
  EXPECT_EQ(dropped->received, "");
  const auto truncated = connect();
  say(truncated, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for_close(truncated);
  EXPECT_THAT(truncated->received, HasSubstr("Content-Length: 1000\r\n"));
  EXPECT_THAT(truncated->received, EndsWith("\r\n\r\n" + std::string(500, 'x')));
}

TEST_F(HttpServerTest, TurnsWhatAHandlerThrowsIntoAnErrorAndTellsItsOwnerAlone) {
  std::string told;
  HttpServerParts parts;
  parts.handler = [](ServedRequest) -> Async<ServedResponse> {
    throw std::runtime_error("with a secret");
    co_return ServedResponse{};
  };
  parts.tell_fault = [&](const std::string& fault) { told = fault; };
  begin(std::move(parts));
  const auto client = connect();
  say(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for(client, "HTTP/1.1 500");
  EXPECT_THAT(client->received, ::testing::Not(HasSubstr("secret")));
  EXPECT_EQ(told, "with a secret");
}

TEST_F(HttpServerTest, LeavesOutHeadersThatWouldBreakTheAnswer) {
  begin([](ServedRequest) -> Async<ServedResponse> {
    co_return ServedResponse{
        .headers = {{"X-Bad", "a\r\nSet-Cookie: b"}, {"X-Good", "c"}, {"content-length", "99"}}};
  });
  const auto client = connect();
  say(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for(client, "\r\n\r\n");
  EXPECT_THAT(client->received, HasSubstr("X-Good: c\r\n"));
  EXPECT_THAT(client->received, ::testing::Not(HasSubstr("Set-Cookie")));
  EXPECT_THAT(client->received, ::testing::Not(HasSubstr("99")));
}

TEST_F(HttpServerTest, ClosesConnectionsThatSayNothingOrTooSlowly) {
  begin_echo({.idle = Milliseconds{50}, .read = Milliseconds{50}});
  const auto silent = connect();
  wait_for_close(silent);
  const auto slow = connect();
  say(slow, "GET / HT");
  wait_for_close(slow);
  EXPECT_EQ(slow->received, "");
}

TEST_F(HttpServerTest, ServesNoMoreConnectionsThanAllowedAndTheNextWhenOneIsFree) {
  begin_echo({.connections = 2});
  const auto first = connect(), second = connect(), third = connect();
  for (const auto& client : {first, second, third}) say(client, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for(first, "GET /hello");
  wait_for(second, "GET /hello");
  EXPECT_EQ(server_->connections(), 2u);
  EXPECT_EQ(third->received, "");
  first->socket.close();
  wait_for(third, "GET /hello");
}

TEST_F(HttpServerTest, StopsAtOnceWhereNothingIsUnderWay) {
  begin_echo();
  const auto idle = connect();
  say(idle, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for(idle, "GET /");
  const auto before = std::chrono::steady_clock::now();
  stop(Milliseconds{4000});
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(2));
  EXPECT_EQ(server_->connections(), 0u);
  tcp::socket late(loop_);
  boost::system::error_code refused;
  late.connect({asio::ip::make_address("127.0.0.1"), port_}, refused);
  EXPECT_TRUE(refused);
}

TEST_F(HttpServerTest, LetsARequestThatIsBeingCarriedOutEndBeforeItStops) {
  asio::steady_timer gate(loop_, std::chrono::hours(1));
  bool inside = false;
  begin([&](ServedRequest) -> Async<ServedResponse> {
    inside = true;
    try {
      co_await gate.async_wait(asio::use_awaitable);
    } catch (const boost::system::system_error&) {
    }
    co_return ServedResponse{.body = "done"};
  });
  const auto client = connect();
  say(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  run_until([&] { return inside; });
  asio::post(loop_, [&] { asio::post(loop_, [&] { gate.cancel(); }); });
  stop(Milliseconds{4000});
  wait_for_close(client);
  EXPECT_THAT(client->received, EndsWith("done"));
  EXPECT_THAT(client->received, HasSubstr("Connection: close\r\n"));
}

TEST_F(HttpServerTest, AbandonsARequestThatOutlastsTheGrace) {
  bool inside = false;
  begin([&](ServedRequest) -> Async<ServedResponse> {
    inside = true;
    asio::steady_timer never(co_await asio::this_coro::executor, std::chrono::hours(1));
    co_await never.async_wait(asio::use_awaitable);
    co_return ServedResponse{.body = "done"};
  });
  const auto client = connect();
  say(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  run_until([&] { return inside; });
  stop(Milliseconds{50});
  EXPECT_EQ(server_->connections(), 0u);
  wait_for_close(client);
  EXPECT_EQ(client->received, "");
}

TEST_F(HttpServerTest, SaysWhyItCannotListen) {
  begin_echo();
  HttpServer other(loop_.get_executor(), &ServerFixture::echo);
  const auto taken = other.start("127.0.0.1", port_);
  ASSERT_FALSE(taken.ok());
  EXPECT_THAT(taken.error(), HasSubstr("in use"));
  EXPECT_THAT(other.start("localhost", 0).error(), HasSubstr("no numeric address"));
}

}  // namespace
}  // namespace vacuum::http_server
