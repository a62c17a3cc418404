#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "ports/async.hpp"

struct ssl_st;

namespace vacuum::http_server {

struct FreeTls {
  void operator()(ssl_st* tls) const;
};
/// TLS of one connection.
using TlsHandle = std::unique_ptr<ssl_st, FreeTls>;

/// What a step that never blocks came to.
struct Moved {
  enum class Wants : std::uint8_t { nothing, to_read, to_write };
  std::size_t bytes = 0;
  Wants wants = Wants::nothing;  ///< what to wait for before the same step is tried again
  bool ended = false;            ///< the other end is gone, or broke the protocol
};

/// A connected socket, with TLS or without. OpenSSL works on the socket itself: so an idle connection keeps
/// no buffers, which a stream between two memory buffers would.
class Stream {
 public:
  /// `tls`: null for none.
  Stream(boost::asio::ip::tcp::socket socket, TlsHandle tls);

  [[nodiscard]] bool has_tls() const { return tls_ != nullptr; }
  /// Agrees on TLS, as the server; false where the other end went away or cannot.
  Async<bool> handshake();
  /// The certificates that the client showed, each as DER, its own first; empty for none.
  [[nodiscard]] std::vector<std::string> client_chain() const;

  [[nodiscard]] Moved read(char* to, std::size_t size);
  [[nodiscard]] Moved write(const char* from, std::size_t size);
  /// Until the socket can be read from or written to; false where it was closed meanwhile.
  Async<bool> wait(Moved::Wants wants);
  /// Whether bytes came that read() has not handed out: then the socket may stay silent.
  [[nodiscard]] bool holds_more() const;

  /// Says that nothing more will be sent.
  void end_sending();
  /// At once; ends all waits. Nothing reaches the socket's number any more, which may be another's by then.
  void close();

 private:
  Moved tls_outcome(int result);

  boost::asio::ip::tcp::socket socket_;
  TlsHandle tls_;
  bool broken_ = false;  ///< TLS must not be used any more
};

}  // namespace vacuum::http_server
