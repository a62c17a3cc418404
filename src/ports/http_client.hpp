#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "ports/async.hpp"

namespace vacuum {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// The value of the first header of this name (names compare without case), or empty.
[[nodiscard]] std::string_view header_value(const HttpHeaders& headers, std::string_view name);

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  HttpHeaders headers;
  std::string body;
  Milliseconds timeout{30000};               ///< for the whole exchange
  std::size_t max_answer_bytes = 64u << 20;  ///< a longer body is an error, not a truncation
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers;
  std::string body;  ///< followed by at least `simdjson::SIMDJSON_PADDING` bytes of capacity
};

enum class HttpFailureKind : std::uint8_t {
  not_sent,     ///< no connection, or broken before the request was out: repeating is safe
  answer_lost,  ///< the request went out, whole or in part, and no whole answer came back
  not_allowed,  ///< TLS could not verify the peer, or the URL is not http(s): a human has to act
};

struct HttpFailure {
  HttpFailureKind kind = HttpFailureKind::not_sent;
  std::string message;  ///< for people; holds no header and no body
};

/// Sends one request, exactly once: never repeats by itself, follows no redirect. Connections are reused.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  virtual Async<Result<HttpResponse, HttpFailure>> send(HttpRequest request) = 0;
};

}  // namespace vacuum
