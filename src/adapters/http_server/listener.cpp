#include "adapters/http_server/listener.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "adapters/http_server/tls_identity.hpp"

namespace vacuum::http_server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::steady_clock;

constexpr Milliseconds kAfterAcceptError{100};  // out of descriptors: wait for some to be closed
constexpr Milliseconds kSweepLeast{10};
constexpr Milliseconds kSweepMost{1000};

using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

/// Often enough to end what is overdue soon after, seldom enough to cost nothing.
Milliseconds sweep_interval(const HttpServerLimits& limits) {
  const auto shortest =
      std::min({limits.handshake, limits.idle, limits.header, limits.read, limits.write, limits.evictable});
  return std::clamp(shortest / 4, kSweepLeast, kSweepMost);
}

}  // namespace

HttpServer::Listener::Listener(asio::any_io_executor executor, HttpServerParts parts, HttpServerLimits limits)
    : executor_(std::move(executor)),
      parts_(std::move(parts)),
      limits_(limits),
      acceptor_(executor_),
      changed_(executor_, asio::steady_timer::time_point::max()),
      sweeping_(executor_) {
  if (!parts_.counts) parts_.counts = std::make_shared<ConnectionCounts>();
  if (!parts_.traffic) parts_.traffic = std::make_shared<Traffic>();
  if (!parts_.budget) parts_.budget = std::make_shared<BodyBudget>(limits_.bodies_bytes);
}

boost::system::error_code HttpServer::Listener::open(const tcp::endpoint& endpoint, PortUse use) {
  boost::system::error_code error;
  const auto attempt = [&](auto step) {
    if (!error) step();
  };
  attempt([&] { acceptor_.open(endpoint.protocol(), error); });
  attempt([&] { acceptor_.set_option(tcp::acceptor::reuse_address(true), error); });
  if (endpoint.address().is_v6()) attempt([&] { acceptor_.set_option(asio::ip::v6_only(true), error); });
  if (use == PortUse::shared) attempt([&] { acceptor_.set_option(ReusePort(true), error); });
  attempt([&] { acceptor_.bind(endpoint, error); });
  attempt([&] { acceptor_.listen(asio::socket_base::max_listen_connections, error); });
  boost::system::error_code ignored;
  if (error) acceptor_.close(ignored);
  return error;
}

Result<std::uint16_t, std::string> HttpServer::Listener::start(const std::string& address_text,
                                                               std::uint16_t port, PortUse use) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(address_text, error);
  if (error) return Failure{fmt::format("{} is no numeric address", address_text)};
  error = open(tcp::endpoint(address, port), use);
  if (error) {
    const char* remedy =
        error == asio::error::access_denied ? " (a port below 1024 needs CAP_NET_BIND_SERVICE)" : "";
    return Failure{
        fmt::format("cannot listen on {} port {}: {}{}", address_text, port, error.message(), remedy)};
  }
  const std::uint16_t real_port = acceptor_.local_endpoint(error).port();
  const auto self = shared_from_this();
  co_spawn(executor_, accept(self), [self](const std::exception_ptr&) {});
  co_spawn(executor_, sweep(self), [self](const std::exception_ptr&) {});
  return real_port;
}

void HttpServer::Listener::close() {
  stopping_ = true;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  changed_.cancel();
  if (connections_.empty()) sweeping_.cancel();
}

void HttpServer::Listener::finish_all() {
  for (const auto& [key, connection] : connections_) connection->finish();
}

void HttpServer::Listener::abort_all() {
  const auto connections = connections_;  // an abort may end one at once
  for (const auto& [key, connection] : connections) connection->abort();
}

Async<void> HttpServer::Listener::wait_until_empty(std::shared_ptr<Listener> self, Milliseconds most) {
  const auto deadline = steady_clock::now() + most;
  while (!self->connections_.empty() && steady_clock::now() < deadline) {
    self->changed_.expires_at(deadline);
    boost::system::error_code ignored;
    co_await self->changed_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

Async<void> HttpServer::Listener::accept(std::shared_ptr<Listener> self) {
  while (!self->stopping_) {
    boost::system::error_code error;
    if (self->is_full()) {
      // Nobody makes room before somebody needs it.
      co_await self->acceptor_.async_wait(tcp::acceptor::wait_read,
                                          asio::redirect_error(asio::use_awaitable, error));
      if (!error && self->is_full() && !self->evict()) {
        co_await wait_for_room(self);
        continue;
      }
    }
    tcp::socket socket(self->executor_);
    co_await self->acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
      self->welcome(std::move(socket));
    } else if (!self->stopping_) {
      asio::steady_timer pause(self->executor_, kAfterAcceptError);
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
  }
}

Async<void> HttpServer::Listener::wait_for_room(std::shared_ptr<Listener> self) {
  // The room may come about on another thread: so there is a next look in any case.
  self->changed_.expires_after(sweep_interval(self->limits_));
  boost::system::error_code ignored;
  co_await self->changed_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

Async<void> HttpServer::Listener::sweep(std::shared_ptr<Listener> self) {
  const Milliseconds interval = sweep_interval(self->limits_);
  while (!self->stopping_ || !self->connections_.empty()) {
    self->sweeping_.expires_after(interval);
    boost::system::error_code ignored;
    co_await self->sweeping_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    const auto now = steady_clock::now();
    std::vector<std::shared_ptr<Connection>> overdue;
    for (const auto& [key, connection] : self->connections_)
      if (connection->is_overdue(now)) overdue.push_back(connection);
    for (const auto& connection : overdue) connection->abort();
  }
}

bool HttpServer::Listener::is_full() const {
  return parts_.counts->total() >= limits_.connections;
}

bool HttpServer::Listener::evict() {
  const auto least = steady_clock::now() - limits_.evictable;
  std::shared_ptr<Connection> oldest;
  for (const auto& [key, connection] : connections_) {
    const auto since = connection->idle_since();
    if (since && *since < least && (!oldest || *since < *oldest->idle_since())) oldest = connection;
  }
  if (!oldest) return false;
  parts_.traffic->connections_evicted.fetch_add(1, std::memory_order_relaxed);
  oldest->finish();
  return true;
}

void HttpServer::Listener::welcome(tcp::socket socket) {
  boost::system::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return;  // gone already
  std::string peer = endpoint.address().to_string();
  if (!parts_.counts->enter(peer, limits_.connections_per_address)) {
    parts_.traffic->connections_refused.fetch_add(1, std::memory_order_relaxed);
    return;  // closed
  }
  parts_.traffic->connections_accepted.fetch_add(1, std::memory_order_relaxed);
  TlsHandle tls;
  if (parts_.identity && !(tls = parts_.identity->new_connection())) {
    parts_.counts->leave(peer);
    return;
  }
  auto connection = std::make_shared<Connection>(Stream(std::move(socket), std::move(tls)), std::move(peer),
                                                 parts_, limits_);
  connections_.emplace(connection.get(), connection);
  // What the network does to a connection is nobody's concern but its own.
  co_spawn(executor_, connection->serve(),
           asio::bind_cancellation_slot(connection->cancellation().slot(),
                                        [self = shared_from_this(), connection](const std::exception_ptr&) {
                                          self->forget(connection.get());
                                        }));
}

void HttpServer::Listener::forget(Connection* connection) {
  parts_.counts->leave(connection->peer());
  connections_.erase(connection);
  changed_.cancel();
  if (stopping_ && connections_.empty()) sweeping_.cancel();
}

}  // namespace vacuum::http_server
