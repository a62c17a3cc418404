#pragma once

#include <memory>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "adapters/http_server/http_server.hpp"

namespace vacuum::http_server {

/// One connection and the requests on it, one after the other.
class Connection {
 public:
  Connection(boost::asio::ip::tcp::socket socket, const HttpHandler& handler, const HttpServerLimits& limits);

  /// Serves until either side ends it. Throws boost::system::system_error for what the network does.
  Async<void> serve();
  /// Takes no further request; ends at once where none is being served.
  void finish();
  /// Ends at once, also the handler that is at work.
  void abort();

  [[nodiscard]] boost::asio::cancellation_signal& cancellation() { return cancellation_; }

 private:
  /// Waits for the first byte of a request; false where none will come.
  Async<bool> wait_for_request();
  /// Reads and answers one request; false where the connection ends after it.
  Async<bool> serve_one();
  Async<void> send(const ServedResponse& response, bool keep_alive, bool without_body);
  Async<void> refuse(int status);
  Async<ServedResponse> handle(ServedRequest request);

  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  const HttpHandler& handler_;
  const HttpServerLimits& limits_;
  std::string peer_;
  boost::asio::cancellation_signal cancellation_;
  bool idle_ = true;
  bool finishing_ = false;
};

}  // namespace vacuum::http_server
