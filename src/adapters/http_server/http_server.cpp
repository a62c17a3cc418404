#include "adapters/http_server/http_server.hpp"

#include <chrono>
#include <exception>
#include <unordered_map>

#include <fmt/format.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "adapters/http_server/connection.hpp"

namespace vacuum::http_server {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::chrono::milliseconds kAfterAcceptError{100};  // out of descriptors: wait for some to be closed
constexpr std::chrono::milliseconds kAfterAbort{1000};

}  // namespace

/// Shared with the coroutines that run, so that they may outlive the server for a moment.
class HttpServer::Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(asio::any_io_executor executor, HttpHandler handler, HttpServerLimits limits)
      : executor_(std::move(executor)),
        handler_(std::move(handler)),
        limits_(limits),
        acceptor_(executor_),
        changed_(executor_, asio::steady_timer::time_point::max()) {}

  Result<std::uint16_t, std::string> start(const std::string& address_text, std::uint16_t port) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(address_text, error);
    if (error) return Failure{fmt::format("{} is no numeric address", address_text)};
    const tcp::endpoint endpoint(address, port);
    const auto attempt = [&](auto step) {
      if (!error) step();
    };
    attempt([&] { acceptor_.open(endpoint.protocol(), error); });
    attempt([&] { acceptor_.set_option(tcp::acceptor::reuse_address(true), error); });
    attempt([&] { acceptor_.bind(endpoint, error); });
    attempt([&] { acceptor_.listen(asio::socket_base::max_listen_connections, error); });
    if (error) {
      boost::system::error_code ignored;
      acceptor_.close(ignored);
      return Failure{fmt::format("cannot listen on {} port {}: {}", address_text, port, error.message())};
    }
    const std::uint16_t real_port = acceptor_.local_endpoint(error).port();
    co_spawn(executor_, accept(shared_from_this()),
             [self = shared_from_this()](const std::exception_ptr&) {});
    return real_port;
  }

  void close() {
    stopping_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    changed_.cancel();
  }

  void finish_all() {
    for (const auto& [key, connection] : connections_) connection->finish();
  }

  void abort_all() {
    const auto connections = connections_;  // an abort may end one at once
    for (const auto& [key, connection] : connections) connection->abort();
  }

  /// Until no connection is left, or the time is over.
  static Async<void> wait_until_empty(std::shared_ptr<Listener> self, std::chrono::milliseconds most) {
    const auto deadline = std::chrono::steady_clock::now() + most;
    while (!self->connections_.empty() && std::chrono::steady_clock::now() < deadline) {
      self->changed_.expires_at(deadline);
      boost::system::error_code ignored;
      co_await self->changed_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
  }

  [[nodiscard]] std::size_t size() const { return connections_.size(); }

 private:
  static Async<void> accept(std::shared_ptr<Listener> self) {
    while (!self->stopping_) {
      boost::system::error_code error;
      if (self->connections_.size() >= self->limits_.connections) {
        self->changed_.expires_at(asio::steady_timer::time_point::max());
        co_await self->changed_.async_wait(asio::redirect_error(asio::use_awaitable, error));
        continue;
      }
      tcp::socket socket(self->executor_);
      co_await self->acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
      if (!error) {
        self->spawn(std::move(socket));
      } else if (!self->stopping_) {
        asio::steady_timer pause(self->executor_, kAfterAcceptError);
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      }
    }
  }

  void spawn(tcp::socket socket) {
    auto connection = std::make_shared<Connection>(std::move(socket), handler_, limits_);
    connections_.emplace(connection.get(), connection);
    // What the network does to a connection is nobody's concern but its own.
    co_spawn(executor_, connection->serve(),
             asio::bind_cancellation_slot(connection->cancellation().slot(),
                                          [self = shared_from_this(), connection](const std::exception_ptr&) {
                                            self->connections_.erase(connection.get());
                                            self->changed_.cancel();
                                          }));
  }

  asio::any_io_executor executor_;
  HttpHandler handler_;
  HttpServerLimits limits_;
  tcp::acceptor acceptor_;
  asio::steady_timer changed_;  ///< is cancelled whenever a connection has ended
  std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
  bool stopping_ = false;
};

HttpServer::HttpServer(asio::any_io_executor executor, HttpHandler handler, HttpServerLimits limits)
    : listener_(std::make_shared<Listener>(std::move(executor), std::move(handler), limits)) {}

HttpServer::~HttpServer() {
  listener_->close();
  listener_->abort_all();
}

Result<std::uint16_t, std::string> HttpServer::start(const std::string& address, std::uint16_t port) {
  return listener_->start(address, port);
}

Async<void> HttpServer::stop(Milliseconds grace) {
  const auto listener = listener_;
  listener->close();
  listener->finish_all();
  co_await Listener::wait_until_empty(listener, grace);
  listener->abort_all();
  co_await Listener::wait_until_empty(listener, kAfterAbort);
}

std::size_t HttpServer::connections() const {
  return listener_->size();
}

}  // namespace vacuum::http_server
