#include "adapters/http_server/connection.hpp"

#include <array>

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "adapters/http_server/response_text.hpp"

namespace vacuum::http_server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

using Parser = http::request_parser<http::string_body>;

constexpr std::size_t kReadBytes = 8192;

ServedRequest take_request(Parser& parser, std::string peer) {
  auto& message = parser.get();
  ServedRequest request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  for (const auto& field : message) request.headers.emplace_back(field.name_string(), field.value());
  request.body = std::move(message.body());
  request.peer = std::move(peer);
  return request;
}

/// How a request that cannot be read is answered.
int status_of(const beast::error_code& error) {
  if (error == http::error::header_limit) return 431;
  if (error == http::error::body_limit) return 413;
  return 400;
}

/// Whether the error says that the request is wrong, rather than that the network ended.
bool is_clients_mistake(const beast::error_code& error) {
  return error.category() == beast::error_code(http::error::bad_method).category() &&
         error != http::error::end_of_stream && error != http::error::partial_message;
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, const HttpHandler& handler,
                       const HttpServerLimits& limits)
    : stream_(std::move(socket)),
      buffer_(limits.header_bytes + kReadBytes),
      handler_(handler),
      limits_(limits) {
  beast::error_code ignored;
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  const auto peer = stream_.socket().remote_endpoint(ignored);
  if (!ignored) peer_ = peer.address().to_string();
}

void Connection::finish() {
  finishing_ = true;
  if (idle_) stream_.close();
}

void Connection::abort() {
  finishing_ = true;
  stream_.close();
  cancellation_.emit(asio::cancellation_type::terminal);
}

Async<void> Connection::serve() {
  for (;;) {
    const bool comes = co_await wait_for_request();
    if (!comes) break;
    const bool again = co_await serve_one();
    if (!again) break;
  }
  beast::error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  stream_.close();
}

Async<bool> Connection::wait_for_request() {
  if (finishing_) co_return false;
  if (buffer_.size() > 0) co_return true;
  stream_.expires_after(limits_.idle);
  beast::error_code error;
  const auto space = buffer_.prepare(kReadBytes);
  const std::size_t count =
      co_await stream_.async_read_some(space, asio::redirect_error(asio::use_awaitable, error));
  buffer_.commit(count);
  co_return !error && count > 0;
}

Async<bool> Connection::serve_one() {
  idle_ = false;
  stream_.expires_after(limits_.read);
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
  parser.body_limit(limits_.body_bytes);
  beast::error_code error;
  co_await http::async_read_header(stream_, buffer_, parser,
                                   asio::redirect_error(asio::use_awaitable, error));
  if (!error && !parser.is_done() && beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await asio::async_write(stream_, asio::buffer(go_on), asio::use_awaitable);
  }
  if (!error)
    co_await http::async_read(stream_, buffer_, parser, asio::redirect_error(asio::use_awaitable, error));
  if (error) {
    if (is_clients_mistake(error)) co_await refuse(status_of(error));
    co_return false;
  }
  const bool keep_alive = parser.get().keep_alive();
  const bool head_only = parser.get().method() == http::verb::head;
  ServedRequest request = take_request(parser, peer_);
  stream_.expires_never();
  const ServedResponse response = co_await handle(std::move(request));
  if (response.delivery == Delivery::dropped) co_return false;
  const bool stays_open = keep_alive && !finishing_ && response.delivery == Delivery::whole;
  co_await send(response, stays_open, head_only);
  idle_ = true;
  co_return stays_open;
}

Async<ServedResponse> Connection::handle(ServedRequest request) {
  try {
    co_return co_await handler_(std::move(request));
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
  } catch (const std::exception&) {
  }
  co_return ServedResponse{
      .status = 500, .headers = {{"Content-Type", "text/plain"}}, .body = "internal error\n"};
}

Async<void> Connection::send(const ServedResponse& response, bool keep_alive, bool without_body) {
  stream_.expires_after(limits_.write);
  const std::string head = response_head(response, keep_alive);
  const bool bodiless = without_body || response.status == 204 || response.status == 304;
  std::size_t length = bodiless ? 0 : response.body.size();
  if (response.delivery == Delivery::truncated) length /= 2;
  const std::array<asio::const_buffer, 2> parts{asio::buffer(head),
                                                asio::buffer(response.body.data(), length)};
  co_await asio::async_write(stream_, parts, asio::use_awaitable);
}

Async<void> Connection::refuse(int status) {
  const ServedResponse response{
      .status = status, .headers = {{"Content-Type", "text/plain"}}, .body = "bad request\n"};
  co_await send(response, false, false);
}

}  // namespace vacuum::http_server
