#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "adapters/http_server/body_budget.hpp"
#include "adapters/http_server/connection_counts.hpp"
#include "adapters/http_server/traffic.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "ports/access_log.hpp"
#include "ports/http_service.hpp"

namespace vacuum::http_server {

class TlsIdentity;

/// What a client may take of a server. Times are for each request.
struct HttpServerLimits {
  std::size_t header_bytes = 16 * 1024;
  std::size_t body_bytes = 8 * 1024 * 1024;
  std::size_t bodies_bytes = 256 * 1024 * 1024;  ///< of all bodies that are being read, together
  std::size_t connections = 1024;                ///< more of them wait in the listening socket's queue
  std::size_t connections_per_address = 1024;
  Milliseconds handshake{10'000};  ///< for TLS to be agreed on
  Milliseconds idle{75'000};       ///< how long a kept-alive connection may say nothing
  Milliseconds header{15'000};     ///< from the first byte of a request to the end of its headers
  Milliseconds read{30'000};       ///< from the first byte of a request to its last
  Milliseconds write{60'000};      ///< for the whole answer
  Milliseconds evictable{5'000};   ///< where connections run out, one that was idle for so long makes room
};

/// What a server is made of. Servers of one service share counts, traffic, log and identity.
struct HttpServerParts {
  HttpHandler handler;
  HeadCheck head_check;                         ///< empty: all bodies are read
  std::shared_ptr<const TlsIdentity> identity;  ///< null: no TLS
  ClientVerifier verify_client;                 ///< empty: certificates of clients are not believed
  /// What a handler threw, for the log. Called on the server's thread.
  std::function<void(const std::string& fault)> tell_fault{};
  AccessLog* access_log = nullptr;             ///< outlives the server
  std::shared_ptr<ConnectionCounts> counts{};  ///< null: of its own
  std::shared_ptr<Traffic> traffic{};          ///< null: of its own
  std::shared_ptr<BodyBudget> budget{};        ///< null: of its own
};

/// Whether several sockets may listen on one port, each taking a part of the connections.
enum class PortUse : std::uint8_t { alone, shared };

/// An HTTP/1.1 server, with TLS where it is given an identity. Everything runs on the given executor, which
/// one thread at a time runs.
///
/// The handler bounds its own time. What it throws becomes an answer of status 500.
class HttpServer {
 public:
  HttpServer(boost::asio::any_io_executor executor, HttpServerParts parts, HttpServerLimits limits = {});
  /// Without TLS and log.
  HttpServer(boost::asio::any_io_executor executor, HttpHandler handler, HttpServerLimits limits = {});
  /// Closes what is still open, without waiting for it.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Listens on a numeric address; the port that it got (the one asked for, unless that was 0), or why not.
  Result<std::uint16_t, std::string> start(const std::string& address, std::uint16_t port,
                                           PortUse use = PortUse::alone);

  /// Takes no more connections or requests, lets requests that are being carried out end within `grace`,
  /// closes the rest. Ends soon after `grace` at the latest.
  Async<void> stop(Milliseconds grace);

  /// Its own connections, those of other servers that share its counts not among them.
  [[nodiscard]] std::size_t connections() const;

 private:
  class Listener;
  std::shared_ptr<Listener> listener_;
};

}  // namespace vacuum::http_server
