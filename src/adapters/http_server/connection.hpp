#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "adapters/http_server/http_server.hpp"
#include "adapters/http_server/request_parser.hpp"
#include "adapters/http_server/stream.hpp"

namespace vacuum::http_server {

/// One connection and the requests on it, one after the other. What it waits for has a deadline, which its
/// listener looks at now and then: a timer for each would cost more than the requests.
class Connection {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  /// `parts` and `limits` outlive it.
  Connection(Stream stream, std::string peer, const HttpServerParts& parts, const HttpServerLimits& limits);

  /// Serves until either side ends it.
  Async<void> serve();
  /// Takes no further request; ends at once where none is being served.
  void finish();
  /// Ends at once, also the handler that is at work.
  void abort();

  [[nodiscard]] boost::asio::cancellation_signal& cancellation() { return cancellation_; }
  [[nodiscard]] const std::string& peer() const { return peer_; }
  /// Whether what it waits for should have come by now.
  [[nodiscard]] bool is_overdue(Moment now) const { return now > deadline_; }
  /// Since when it waits for a request; nothing while it is at work.
  [[nodiscard]] std::optional<Moment> idle_since() const;

 private:
  enum class Phase : std::uint8_t { handshake, idle, request, handler, answer };
  enum class Reading : std::uint8_t { got, refused, ended };

  /// Enters a phase that may last for `most`.
  void enter(Phase phase, Milliseconds most);
  Async<bool> greet();
  /// Waits for the first byte of a request; false where none will come.
  Async<bool> wait_for_request();
  /// Reads and answers one request; false where the connection ends after it.
  Async<bool> serve_one();
  /// Reads on until the parser has got its request. `share` is of the memory that its body takes.
  Async<Reading> read_request(RequestParser& parser, BodyBudget::Share& share);
  /// Asks the head check about a request whose body is to come, and invites the body.
  Async<Reading> consider_head(RequestParser& parser, BodyBudget::Share& share);
  /// More bytes for the buffer; false where none will come.
  Async<bool> fill();
  Async<bool> send(const ServedResponse& response, bool keep_alive, bool without_body);
  Async<bool> send_all(std::string text);
  Async<void> refuse(const RequestParser& parser, const ServedResponse& response);
  /// Reads and drops what the client still sends, so that it sees the answer before the connection ends.
  Async<void> drain();
  Async<ServedResponse> handle(ServedRequest request);
  void add_client(ServedRequest& request) const;
  void record(const std::string& method, const std::string& path, const ServedResponse& response,
              std::uint64_t bytes);

  Stream stream_;
  boost::beast::flat_buffer buffer_;
  const HttpServerParts& parts_;
  const HttpServerLimits& limits_;
  std::string peer_;
  std::optional<std::string> client_dn_;
  std::string client_problem_;
  boost::asio::cancellation_signal cancellation_;
  Phase phase_ = Phase::idle;
  Moment since_{};     ///< when the phase was entered
  Moment began_{};     ///< when the first byte of the request came
  Moment deadline_{};  ///< of the phase
  bool finishing_ = false;
};

}  // namespace vacuum::http_server
