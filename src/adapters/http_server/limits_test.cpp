#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/http_server/connection_counts.hpp"
#include "adapters/http_server/testing/server_fixture.hpp"

namespace vacuum::http_server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kGet = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";

class LimitsTest : public ServerFixture {
 protected:
  void begin_counted(HttpServerLimits limits) {
    parts_.handler = &ServerFixture::echo;
    parts_.traffic = std::make_shared<Traffic>();
    parts_.access_log = &log_;
    begin(parts_, limits);
  }

  struct MemoryLog final : AccessLog {
    void write(const AccessRecord& record) override { records.push_back(record); }
    std::vector<AccessRecord> records;
  };

  MemoryLog log_;
  HttpServerParts parts_;
};

TEST_F(LimitsTest, EndsAHeaderThatTricklesIn) {
  begin_counted({.header = Milliseconds{60}, .read = Milliseconds{4000}});
  const auto slow = connect();
  say(slow, "GET / HTTP/1.1\r\nHost: x\r\n");
  asio::steady_timer trickle(loop_);
  std::function<void()> more = [&] {
    trickle.expires_after(Milliseconds{10});
    trickle.async_wait([&](const boost::system::error_code& error) {
      boost::system::error_code ignored;
      if (error || slow->closed) return;
      asio::write(slow->socket, asio::buffer(std::string("X: y\r\n")), ignored);
      more();
    });
  };
  more();
  wait_for_close(slow);
  EXPECT_EQ(slow->received, "");
  EXPECT_EQ(parts_.traffic->timed_out, 1u);
}

TEST_F(LimitsTest, EndsABodyThatDoesNotCome) {
  begin_counted({.header = Milliseconds{4000}, .read = Milliseconds{60}});
  const auto slow = connect();
  say(slow, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  wait_for_close(slow);
  EXPECT_EQ(slow->received, "");
}

TEST_F(LimitsTest, EndsAClientThatDoesNotTakeItsAnswer) {
  HttpServerParts parts;
  parts.handler = [](ServedRequest) -> Async<ServedResponse> {
    co_return ServedResponse{.body = std::string(50'000'000, 'x')};
  };
  begin(parts, {.write = Milliseconds{60}});
  tcp::socket deaf(loop_);
  deaf.connect({asio::ip::make_address("127.0.0.1"), port_});
  asio::write(deaf, asio::buffer(std::string(kGet)));
  run_until([&] { return server_->connections() == 1; });
  run_until([&] { return server_->connections() == 0; });
}

TEST_F(LimitsTest, ClosesConnectionsBeyondThoseOfOneAddress) {
  begin_counted({.connections_per_address = 2});
  const auto first = connect(), second = connect();
  for (const auto& client : {first, second}) {
    say(client, kGet);
    wait_for(client, "GET /hello");
  }
  const auto third = connect();
  wait_for_close(third);
  EXPECT_EQ(third->received, "");
  EXPECT_EQ(parts_.traffic->connections_refused, 1u);
  first->socket.close();
  run_until([&] { return server_->connections() == 1; });
  const auto fourth = connect();
  say(fourth, kGet);
  wait_for(fourth, "GET /hello");
}

TEST_F(LimitsTest, MakesRoomByEndingTheConnectionThatWasIdleTheLongest) {
  begin_counted({.connections = 2, .evictable = Milliseconds{50}});
  const auto first = connect(), second = connect();
  for (const auto& client : {first, second}) {
    say(client, kGet);
    wait_for(client, "GET /hello");
  }
  const auto third = connect();
  say(third, kGet);
  wait_for(third, "GET /hello");
  EXPECT_TRUE(first->closed);
  EXPECT_FALSE(second->closed);
  EXPECT_EQ(parts_.traffic->connections_evicted, 1u);
}

TEST_F(LimitsTest, TakesNoMoreBodiesAtOnceThanMemoryIsMeantFor) {
  begin_counted({.body_bytes = 1000, .bodies_bytes = 1500});
  const std::string head = "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n";
  const auto first = connect();
  say(first, head + "a");
  run_until([&] { return server_->connections() == 1; });
  loop_.poll();
  const auto second = connect();
  say(second, head + "b");
  wait_for(second, "HTTP/1.1 503");
  say(first, std::string(999, 'a'));
  wait_for(first, "HTTP/1.1 200");
  const auto third = connect();
  say(third, head + std::string(1000, 'c'));
  wait_for(third, "HTTP/1.1 200");
}

TEST_F(LimitsTest, LogsEachRequestWithoutItsQuery) {
  begin_counted({});
  const auto client = connect();
  say(client, "GET /a/b?token=secret HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for(client, "GET /a/b");
  run_until([&] { return !log_.records.empty(); });
  const AccessRecord& record = log_.records.front();
  EXPECT_EQ(record.path, "/a/b");
  EXPECT_EQ(record.method, "GET");
  EXPECT_EQ(record.status, 200);
  EXPECT_EQ(record.peer, "127.0.0.1");
  EXPECT_EQ(record.bytes, std::string("GET /a/b?token=secret ").size());
}

TEST_F(LimitsTest, LogsAndCountsWhatItRefuses) {
  begin_counted({});
  const auto client = connect();
  say(client, "PUT /a?b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n");
  wait_for_close(client);
  ASSERT_EQ(log_.records.size(), 1u);
  EXPECT_EQ(log_.records[0].path, "/a");
  EXPECT_EQ(parts_.traffic->answers[4], 1u);
}

TEST(ConnectionCountsTest, ForgetAddressesWithoutConnections) {
  ConnectionCounts counts;
  EXPECT_TRUE(counts.enter("a", 1));
  EXPECT_FALSE(counts.enter("a", 1));
  EXPECT_FALSE(counts.enter("b", 0));
  EXPECT_EQ(counts.total(), 1u);
  counts.leave("a");
  counts.leave("b");
  EXPECT_EQ(counts.total(), 0u);
  EXPECT_TRUE(counts.enter("a", 1));
}

}  // namespace
}  // namespace vacuum::http_server
