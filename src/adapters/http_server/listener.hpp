#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "adapters/http_server/connection.hpp"
#include "adapters/http_server/http_server.hpp"

namespace vacuum::http_server {

/// A listening socket and its connections. Shared with the coroutines that run, so that they may outlive the
/// server for a moment.
class HttpServer::Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(boost::asio::any_io_executor executor, HttpServerParts parts, HttpServerLimits limits);

  Result<std::uint16_t, std::string> start(const std::string& address, std::uint16_t port, PortUse use);
  /// Takes no more connections.
  void close();
  void finish_all();
  void abort_all();
  /// Until no connection is left, or the time is over.
  static Async<void> wait_until_empty(std::shared_ptr<Listener> self, Milliseconds most);

  [[nodiscard]] std::size_t size() const { return connections_.size(); }

 private:
  boost::system::error_code open(const boost::asio::ip::tcp::endpoint& endpoint, PortUse use);
  static Async<void> accept(std::shared_ptr<Listener> self);
  /// Ends the connections whose deadline has passed, again and again.
  static Async<void> sweep(std::shared_ptr<Listener> self);
  /// Waits until there may be room for one more.
  static Async<void> wait_for_room(std::shared_ptr<Listener> self);
  [[nodiscard]] bool is_full() const;
  /// Ends the connection that was idle the longest, if that is long enough.
  bool evict();
  void welcome(boost::asio::ip::tcp::socket socket);
  void forget(Connection* connection);

  boost::asio::any_io_executor executor_;
  HttpServerParts parts_;
  HttpServerLimits limits_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer changed_;  ///< is cancelled whenever a connection has ended
  boost::asio::steady_timer sweeping_;
  std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
  bool stopping_ = false;
};

}  // namespace vacuum::http_server
