#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "base/result.hpp"
#include "base/time.hpp"
#include "ports/http_service.hpp"

namespace vacuum::http_server {

/// What a client may take of a server. Times are for each request.
struct HttpServerLimits {
  std::size_t header_bytes = 16 * 1024;
  std::size_t body_bytes = 8 * 1024 * 1024;
  std::size_t connections = 1024;  ///< more of them wait in the listening socket's queue
  Milliseconds idle{75'000};       ///< how long a kept-alive connection may say nothing
  Milliseconds read{30'000};       ///< from the first byte of a request to its last
  Milliseconds write{60'000};      ///< for the whole answer
};

/// An HTTP/1.1 server without TLS. Everything runs on the given executor, which one thread at a time runs.
///
/// The handler bounds its own time. What it throws becomes an answer of status 500.
class HttpServer {
 public:
  HttpServer(boost::asio::any_io_executor executor, HttpHandler handler, HttpServerLimits limits = {});
  /// Closes what is still open, without waiting for it.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Listens on a numeric address; the port that it got (the one asked for, unless that was 0), or why not.
  Result<std::uint16_t, std::string> start(const std::string& address, std::uint16_t port);

  /// Takes no more connections or requests, lets requests that are being carried out end within `grace`,
  /// closes the rest. Ends soon after `grace` at the latest.
  Async<void> stop(Milliseconds grace);

  [[nodiscard]] std::size_t connections() const;

 private:
  class Listener;
  std::shared_ptr<Listener> listener_;
};

}  // namespace vacuum::http_server
