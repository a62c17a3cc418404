#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "adapters/http_server/stream.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

struct ssl_ctx_st;

namespace vacuum::http_server {

/// Paths of PEM files. The certificate's file holds the certificates between it and the authority too.
struct CertificateFiles {
  std::string certificate;
  std::string key;
};

/// Whether clients are asked for a certificate. One is never required, and any is accepted here: that the
/// client holds its key is what TLS proves, and a ClientVerifier judges the rest.
enum class ClientCertificates : std::uint8_t { not_asked_for, asked_for };

/// Whether the pair of files was another than the one in use.
enum class Reloaded : std::uint8_t { unchanged, renewed };

/// Who the server is. A new certificate and key are for the connections that come after it. Safe from any
/// thread.
///
/// TLS 1.2 and 1.3 with forward secrecy and authenticated ciphers; no renegotiation, no compression, and no
/// resumption of sessions: a client proves itself on each connection.
class TlsIdentity {
 public:
  /// The errors name the file and say what is wrong with it.
  static Result<std::shared_ptr<TlsIdentity>, std::string> load(CertificateFiles files,
                                                                ClientCertificates clients);

  /// Reads the files again where they are not those that were looked at last. An error leaves the old pair in
  /// use, and is told once for each state of the files.
  Result<Reloaded, std::string> reload_if_changed();

  /// Null where memory is short.
  [[nodiscard]] TlsHandle new_connection() const;
  /// When the certificate ends to be valid.
  [[nodiscard]] TimePoint valid_until() const;
  [[nodiscard]] const CertificateFiles& files() const { return files_; }

 private:
  struct Mark {
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t modified_ns = 0;
    friend bool operator==(const Mark&, const Mark&) = default;
  };
  struct Marks {
    Mark certificate;
    Mark key;
    friend bool operator==(const Marks&, const Marks&) = default;
  };
  struct Pair {
    std::shared_ptr<ssl_ctx_st> context;
    TimePoint valid_until{};
  };

  TlsIdentity(CertificateFiles files, ClientCertificates clients)
      : files_(std::move(files)), clients_(clients) {}
  [[nodiscard]] Marks look() const;
  [[nodiscard]] Result<Pair, std::string> read() const;

  CertificateFiles files_;
  ClientCertificates clients_;
  mutable std::mutex mutex_;
  Marks seen_;
  Pair pair_;
};

}  // namespace vacuum::http_server
