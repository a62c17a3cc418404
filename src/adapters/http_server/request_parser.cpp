#include "adapters/http_server/request_parser.hpp"

#include <algorithm>
#include <string_view>

#include <boost/beast/http/field.hpp>

namespace vacuum::http_server {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

std::string text_of(beast::string_view view) {
  return {view.data(), view.size()};
}

int status_of(const beast::error_code& error) {
  if (error == http::error::header_limit) return 431;
  if (error == http::error::body_limit) return 413;
  return 400;
}

std::string words_of(int status, const beast::error_code& error) {
  if (status == 431) return "the headers are too long";
  if (status == 413) return "the body is too large";
  return error.message();
}

/// Whether a header goes on in a next line, which some read as a header of its own (RFC 9112, 5.2). `bytes`
/// begin with a request; false while its head is not here in full.
bool has_folded_header(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return false;
  const std::string_view head = bytes.substr(0, end);
  return head.find("\r\n ") != std::string_view::npos || head.find("\r\n\t") != std::string_view::npos;
}

}  // namespace

RequestParser::RequestParser(const HttpServerLimits& limits) {
  parser_.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
  parser_.body_limit(limits.body_bytes);
}

RequestParser::Progress RequestParser::parse(beast::flat_buffer& buffer) {
  while (!parser_.is_done()) {
    if (buffer.size() == 0) return head_seen_ ? Progress::head : Progress::more;
    const auto data = buffer.data();
    if (!head_seen_ && has_folded_header({static_cast<const char*>(data.data()), data.size()}))
      return refuse(400, "a header may not go on in the next line");
    beast::error_code error;
    buffer.consume(parser_.put(data, error));
    if (error == http::error::need_more) return head_seen_ ? Progress::head : Progress::more;
    if (error) {
      const int status = status_of(error);
      return refuse(status, words_of(status, error));
    }
    if (!head_seen_ && parser_.is_header_done()) {
      head_seen_ = true;
      if (!is_sound()) return Progress::wrong;
      parser_.eager(true);
    }
  }
  return Progress::whole;
}

bool RequestParser::is_sound() {
  const auto& message = parser_.get();
  const auto deny = [&](int status, const char* words) { return refuse(status, words) != Progress::wrong; };
  const auto hosts = message.count(http::field::host);
  if (hosts > 1 || (hosts == 0 && message.version() == 11)) return deny(400, "one Host header is needed");
  if (message.count(http::field::content_length) > 1) return deny(400, "more than one Content-Length");
  if (const auto encodings = message.count(http::field::transfer_encoding); encodings > 0) {
    if (encodings > 1 || message.version() == 10 || !parser_.chunked())
      return deny(400, "Transfer-Encoding must be 'chunked', once");
    if (!beast::iequals(message[http::field::transfer_encoding], "chunked"))
      return deny(501, "no Transfer-Encoding but 'chunked' is understood");
    if (message.count(http::field::content_length) > 0)
      return deny(400, "both Content-Length and Transfer-Encoding");
  }
  if (message.count(http::field::expect) > 0 && !beast::iequals(message[http::field::expect], "100-continue"))
    return deny(417, "nothing can be expected but 100-continue");
  return true;
}

RequestParser::Progress RequestParser::refuse(int status, std::string words) {
  refusal_ = {.status = status,
              .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
              .body = std::move(words) + "\n"};
  return Progress::wrong;
}

bool RequestParser::waits_for_invitation() const {
  return parser_.get().version() == 11 && parser_.get().count(http::field::expect) > 0;
}

std::size_t RequestParser::body_bytes_at_most(std::size_t limit) const {
  const auto announced = parser_.content_length();
  return announced ? std::min<std::size_t>(*announced, limit) : limit;
}

std::string RequestParser::method() const {
  return text_of(parser_.get().method_string());
}

std::string RequestParser::path() const {
  const std::string target = text_of(parser_.get().target());
  return target.substr(0, target.find_first_of("?#"));
}

ServedRequest RequestParser::head() const {
  const auto& message = parser_.get();
  ServedRequest request;
  request.method = text_of(message.method_string());
  request.target = text_of(message.target());
  for (const auto& field : message)
    request.headers.emplace_back(text_of(field.name_string()), text_of(field.value()));
  return request;
}

ServedRequest RequestParser::take() {
  ServedRequest request = head();
  request.body = std::move(parser_.get().body());
  return request;
}

}  // namespace vacuum::http_server
