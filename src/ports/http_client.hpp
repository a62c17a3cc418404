#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
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

/// How far a transfer of a file is. May be read while another thread writes it.
struct TransferProgress {
  std::atomic<std::int64_t> done_bytes{0};
  std::atomic<std::int64_t> total_bytes{0};  ///< 0: not known
};

/// Where the body of an answer of status 200 or 206 goes instead of memory. Other answers come as always.
struct AnswerFile {
  std::string path;  ///< made where it is not there, for its owner alone; 200 replaces what it holds, 206
                     ///< continues it, if that is where the answer begins
  std::int64_t max_bytes = 0;  ///< of the whole file; more is an error
  std::string head_path = {};  ///< a file for the headers of a 200, written before its body: what is needed
                               ///< to continue it later; empty for none
  std::string required_header = {};  ///< a 200 without it is an error (not_allowed), and writes nothing
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  HttpHeaders headers;
  std::string body;
  Milliseconds timeout{30000};               ///< for the whole exchange
  std::size_t max_answer_bytes = 64u << 20;  ///< a longer body is an error, not a truncation

  // Large bodies, in bounded memory.
  std::string body_file;  ///< path of what is sent as the body; empty: `body`
  std::optional<AnswerFile> answer_file;
  Milliseconds stall_timeout{60000};  ///< with a file: how long nothing may move
  std::shared_ptr<TransferProgress> progress;

  [[nodiscard]] bool has_file() const { return !body_file.empty() || answer_file.has_value(); }
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers;
  std::string body;  ///< followed by at least `simdjson::SIMDJSON_PADDING` bytes of capacity
  std::string url;   ///< that answered
};

enum class HttpFailureKind : std::uint8_t {
  not_sent,     ///< no connection, or broken before the request was out: repeating is safe
  answer_lost,  ///< the request went out, whole or in part, and no whole answer came back
  not_allowed,  ///< TLS could not verify the peer, or the URL is not http(s): a human has to act
  too_long,     ///< the answer is longer than allowed
  local_file,   ///< the file to send or to write failed: the disk is full, it is not there
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
