#pragma once

#include <cstdint>
#include <string>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "adapters/http_server/http_server.hpp"

namespace vacuum::http_server {

/// One request out of the bytes of a connection. Beast reads it; what is allowed by HTTP/1.1 and still means
/// one thing here and another to a server in between is refused (RFC 9112, 11.2: request smuggling).
class RequestParser {
 public:
  enum class Progress : std::uint8_t {
    more,   ///< needs more bytes
    head,   ///< the headers are here, the body is not, or not all of it
    whole,  ///< all is here
    wrong,  ///< see refusal()
  };

  explicit RequestParser(const HttpServerLimits& limits);

  /// Takes what it can from the buffer.
  Progress parse(boost::beast::flat_buffer& buffer);

  /// How a wrong request is answered.
  [[nodiscard]] const ServedResponse& refusal() const { return refusal_; }
  /// Whether the client waits for a word before it sends its body.
  [[nodiscard]] bool waits_for_invitation() const;
  [[nodiscard]] bool keep_alive() const { return parser_.get().keep_alive(); }
  /// The method and target as they are so far; the target without its query.
  [[nodiscard]] std::string method() const;
  [[nodiscard]] std::string path() const;
  /// How long the body will be: as announced, else `limit`.
  [[nodiscard]] std::size_t body_bytes_at_most(std::size_t limit) const;
  [[nodiscard]] std::size_t body_bytes() const { return parser_.get().body().size(); }

  /// Without the body: for a look at the head.
  [[nodiscard]] ServedRequest head() const;
  /// Moves the body out.
  [[nodiscard]] ServedRequest take();

 private:
  /// Whether the headers mean one thing only; else refusal_ says what is wrong.
  bool is_sound();
  Progress refuse(int status, std::string words);

  boost::beast::http::request_parser<boost::beast::http::string_body> parser_;
  bool head_seen_ = false;
  ServedResponse refusal_;
};

}  // namespace vacuum::http_server
