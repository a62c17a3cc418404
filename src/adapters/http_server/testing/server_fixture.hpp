#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "adapters/http_server/http_server.hpp"

namespace vacuum::http_server {

namespace asio = boost::asio;
using asio::ip::tcp;

/// A server on a loopback port, and raw clients of it, on one loop that runs until a condition holds.
class ServerFixture : public ::testing::Test {
 protected:
  void begin(HttpServerParts parts, HttpServerLimits limits = {}) {
    server_ = std::make_unique<HttpServer>(loop_.get_executor(), std::move(parts), limits);
    const auto port = server_->start("127.0.0.1", 0);
    ASSERT_TRUE(port.ok()) << port.error();
    port_ = *port;
    ASSERT_NE(port_, 0);
  }
  void begin(HttpHandler handler, HttpServerLimits limits = {}) {
    begin(HttpServerParts{.handler = std::move(handler)}, limits);
  }
  void begin_echo(HttpServerLimits limits = {}) { begin(&ServerFixture::echo, limits); }

  static Async<ServedResponse> echo(ServedRequest request) {
    co_return ServedResponse{.status = 200,
                             .headers = {{"Content-Type", "text/plain"}},
                             .body = request.method + " " + request.target + " " + request.body};
  }

  void TearDown() override {
    if (server_) stop(Milliseconds{100});
    server_.reset();
    loop_.restart();
    loop_.poll();
  }

  void stop(Milliseconds grace) {
    bool stopped = false;
    asio::co_spawn(loop_, server_->stop(grace), [&](const std::exception_ptr&) { stopped = true; });
    run_until([&] { return stopped; });
  }

  /// Runs the loop until the condition holds; fails after five seconds.
  void run_until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    loop_.restart();
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "waited in vain";
      loop_.run_one_until(deadline);
      if (loop_.stopped()) loop_.restart();
    }
  }

  struct Client {
    explicit Client(asio::io_context& loop) : socket(loop) {}
    tcp::socket socket;
    std::string received;
    bool closed = false;
  };

  std::shared_ptr<Client> connect() {
    auto client = std::make_shared<Client>(loop_);
    client->socket.connect({asio::ip::make_address("127.0.0.1"), port_});
    asio::co_spawn(loop_, receive(client), asio::detached);
    return client;
  }
  static Async<void> receive(std::shared_ptr<Client> client) {
    std::string buffer(65536, '\0');
    try {
      for (;;) {
        const std::size_t count =
            co_await client->socket.async_read_some(asio::buffer(buffer), asio::use_awaitable);
        client->received.append(buffer, 0, count);
      }
    } catch (const boost::system::system_error&) {
      client->closed = true;
    }
  }
  static void say(const std::shared_ptr<Client>& client, const std::string& text) {
    asio::write(client->socket, asio::buffer(text));
  }
  void wait_for(const std::shared_ptr<Client>& client, const std::string& text) {
    run_until([&] { return client->received.find(text) != std::string::npos; });
  }
  void wait_for_close(const std::shared_ptr<Client>& client) {
    run_until([&] { return client->closed; });
  }

  asio::io_context loop_{1};
  std::unique_ptr<HttpServer> server_;
  std::uint16_t port_ = 0;
};

}  // namespace vacuum::http_server
