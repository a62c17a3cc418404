#include "adapters/http/fenced_client.hpp"

#include <string>

#include <gtest/gtest.h>

#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

class Gate final : public Fence {
 public:
  bool open = true;
  [[nodiscard]] bool is_open() const override { return open; }
};

class CountingClient final : public HttpClient {
 public:
  int sent = 0;
  Async<Result<HttpResponse, HttpFailure>> send(HttpRequest) override {
    ++sent;
    co_return HttpResponse{.status = 200};
  }
};

class FencedClientTest : public testing::Test {
 protected:
  auto send(const std::string& method) { return run(loop_, fenced_.send({.method = method})); }

  boost::asio::io_context loop_;
  Gate gate_;
  CountingClient client_;
  FencedClient fenced_{client_, gate_};
};

TEST_F(FencedClientTest, SendsEverythingThroughAnOpenFence) {
  for (const char* method : {"GET", "HEAD", "POST", "PUT", "DELETE"})
    EXPECT_TRUE(send(method).ok()) << method;
  EXPECT_EQ(client_.sent, 5);
}

TEST_F(FencedClientTest, SendsNothingThatChangesAnythingBehindAClosedOne) {
  gate_.open = false;
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    const auto answer = send(method);
    ASSERT_FALSE(answer.ok()) << method;
    EXPECT_EQ(answer.error().kind, HttpFailureKind::not_sent);
    EXPECT_EQ(answer.error().message, kFenceClosed);
  }
  EXPECT_EQ(client_.sent, 0);
  EXPECT_TRUE(send("GET").ok());
}

}  // namespace
}  // namespace vacuum
