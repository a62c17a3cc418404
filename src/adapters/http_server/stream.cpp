#include "adapters/http_server/stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <climits>

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace vacuum::http_server {
namespace {

namespace asio = boost::asio;

std::string to_der(X509* certificate) {
  const int length = i2d_X509(certificate, nullptr);
  if (length <= 0) return {};
  std::string der(static_cast<std::size_t>(length), '\0');
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  i2d_X509(certificate, &out);
  return der;
}

Moved socket_outcome(std::size_t bytes, const boost::system::error_code& error, Moved::Wants wants) {
  if (error == asio::error::would_block || error == asio::error::try_again) return {.wants = wants};
  if (error || bytes == 0) return {.ended = true};
  return {.bytes = bytes};
}

}  // namespace

void FreeTls::operator()(ssl_st* tls) const {
  SSL_free(tls);
}

Stream::Stream(asio::ip::tcp::socket socket, TlsHandle tls)
    : socket_(std::move(socket)), tls_(std::move(tls)) {
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  if (tls_) SSL_set_fd(tls_.get(), socket_.native_handle());
}

Moved Stream::tls_outcome(int result) {
  if (result > 0) return {.bytes = static_cast<std::size_t>(result)};
  const int error = SSL_get_error(tls_.get(), result);
  if (error == SSL_ERROR_WANT_READ) return {.wants = Moved::Wants::to_read};
  if (error == SSL_ERROR_WANT_WRITE) return {.wants = Moved::Wants::to_write};
  broken_ = error != SSL_ERROR_ZERO_RETURN;
  ERR_clear_error();
  return {.ended = true};
}

Async<bool> Stream::handshake() {
  while (socket_.is_open()) {
    ERR_clear_error();
    const Moved moved = tls_outcome(SSL_accept(tls_.get()));
    if (moved.ended) co_return false;
    if (moved.wants == Moved::Wants::nothing) co_return true;
    const bool open = co_await wait(moved.wants);
    if (!open) co_return false;
  }
  co_return false;
}

std::vector<std::string> Stream::client_chain() const {
  std::vector<std::string> chain;
  if (!tls_) return chain;
  const std::unique_ptr<X509, decltype(&X509_free)> own(SSL_get1_peer_certificate(tls_.get()), X509_free);
  if (!own) return chain;
  chain.push_back(to_der(own.get()));
  STACK_OF(X509)* others = SSL_get_peer_cert_chain(tls_.get());
  for (int i = 0; i < sk_X509_num(others); ++i) chain.push_back(to_der(sk_X509_value(others, i)));
  return chain;
}

Moved Stream::read(char* to, std::size_t size) {
  if (!socket_.is_open()) return {.ended = true};
  if (!tls_) {
    boost::system::error_code error;
    const std::size_t bytes = socket_.read_some(asio::buffer(to, size), error);
    return socket_outcome(bytes, error, Moved::Wants::to_read);
  }
  ERR_clear_error();
  return tls_outcome(SSL_read(tls_.get(), to, static_cast<int>(std::min<std::size_t>(size, INT_MAX))));
}

Moved Stream::write(const char* from, std::size_t size) {
  if (!socket_.is_open()) return {.ended = true};
  if (size == 0) return {};
  if (!tls_) {
    boost::system::error_code error;
    const std::size_t bytes = socket_.write_some(asio::buffer(from, size), error);
    return socket_outcome(bytes, error, Moved::Wants::to_write);
  }
  ERR_clear_error();
  return tls_outcome(SSL_write(tls_.get(), from, static_cast<int>(std::min<std::size_t>(size, INT_MAX))));
}

Async<bool> Stream::wait(Moved::Wants wants) {
  if (!socket_.is_open()) co_return false;
  boost::system::error_code error;
  const auto what =
      wants == Moved::Wants::to_write ? asio::socket_base::wait_write : asio::socket_base::wait_read;
  co_await socket_.async_wait(what, asio::redirect_error(asio::use_awaitable, error));
  co_return !error && socket_.is_open();
}

bool Stream::holds_more() const {
  return tls_ && SSL_has_pending(tls_.get()) == 1;
}

void Stream::end_sending() {
  if (!socket_.is_open()) return;
  boost::system::error_code ignored;
  if (tls_ && !broken_) SSL_shutdown(tls_.get());
  ERR_clear_error();
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

void Stream::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace vacuum::http_server
