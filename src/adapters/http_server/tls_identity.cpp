#include "adapters/http_server/tls_identity.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <csignal>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace vacuum::http_server {
namespace {

/// Forward secrecy and authenticated encryption; those of TLS 1.3 are all of that kind.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr long kClientChainBytesMax = 64 * 1024;
constexpr std::string_view kProtocol("\x08http/1.1");

/// The first thing that went wrong; what follows in OpenSSL's queue only says that something did.
std::string openssl_words() {
  const unsigned long code = ERR_peek_error();
  ERR_clear_error();
  if (ERR_SYSTEM_ERROR(code)) return std::system_category().message(ERR_GET_REASON(code));
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : fmt::format("error {:x}", code);
}

int no_password(char*, int, int, void*) {
  return 0;  // never asks at a terminal
}

int accept_any_chain(X509_STORE_CTX*, void*) {
  return 1;
}

/// HTTP/1.1 where the client offers it; a client that offers only other protocols is served all the same.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* offered,
                    unsigned int offered_length, void*) {
  unsigned char* chosen = nullptr;
  const auto* ours = reinterpret_cast<const unsigned char*>(kProtocol.data());
  const int outcome = SSL_select_next_proto(
      &chosen, out_length, ours, static_cast<unsigned int>(kProtocol.size()), offered, offered_length);
  if (outcome != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_NOACK;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

void set_rules(SSL_CTX* context, ClientCertificates clients) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, kCiphers);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_max_cert_list(context, kClientChainBytesMax);
  SSL_CTX_set_default_passwd_cb(context, no_password);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  if (clients == ClientCertificates::not_asked_for) return;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, accept_any_chain, nullptr);
}

TimePoint end_of(const X509* certificate) {
  std::tm when{};
  if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &when) != 1) return {};
  return from_unix(::timegm(&when));
}

}  // namespace

Result<std::shared_ptr<TlsIdentity>, std::string> TlsIdentity::load(CertificateFiles files,
                                                                    ClientCertificates clients) {
  // A peer that went away is an error of its connection, not the end of the process: OpenSSL writes to
  // sockets without a flag that says so.
  std::signal(SIGPIPE, SIG_IGN);
  std::shared_ptr<TlsIdentity> identity(new TlsIdentity(std::move(files), clients));
  identity->seen_ = identity->look();
  auto pair = identity->read();
  if (!pair) return Failure{std::move(pair.error())};
  identity->pair_ = std::move(*pair);
  return identity;
}

TlsIdentity::Marks TlsIdentity::look() const {
  const auto mark = [](const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return Mark{};
    return Mark{status.st_ino, status.st_size,
                status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec};
  };
  return {mark(files_.certificate), mark(files_.key)};
}

Result<TlsIdentity::Pair, std::string> TlsIdentity::read() const {
  ERR_clear_error();
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return Failure{fmt::format("TLS cannot be set up: {}", openssl_words())};
  set_rules(context.get(), clients_);
  if (SSL_CTX_use_certificate_chain_file(context.get(), files_.certificate.c_str()) != 1)
    return Failure{fmt::format("{} gives no certificate: {}", files_.certificate, openssl_words())};
  if (SSL_CTX_use_PrivateKey_file(context.get(), files_.key.c_str(), SSL_FILETYPE_PEM) != 1)
    return Failure{
        fmt::format("{} gives no key for {}: {}; it is a PEM file without a password, and belongs "
                    "to that certificate",
                    files_.key, files_.certificate, openssl_words())};
  if (SSL_CTX_check_private_key(context.get()) != 1)
    return Failure{fmt::format("the key in {} does not belong to the certificate in {}", files_.key,
                               files_.certificate)};
  return Pair{context, end_of(SSL_CTX_get0_certificate(context.get()))};
}

Result<Reloaded, std::string> TlsIdentity::reload_if_changed() {
  const Marks now = look();
  {
    const std::scoped_lock lock(mutex_);
    if (now == seen_) return Reloaded::unchanged;
    seen_ = now;
  }
  auto pair = read();
  if (!pair) return Failure{std::move(pair.error())};
  const std::scoped_lock lock(mutex_);
  pair_ = std::move(*pair);
  return Reloaded::renewed;
}

TlsHandle TlsIdentity::new_connection() const {
  std::shared_ptr<ssl_ctx_st> context;
  {
    const std::scoped_lock lock(mutex_);
    context = pair_.context;
  }
  TlsHandle tls(SSL_new(context.get()));  // keeps the context as long as it needs it
  if (tls) SSL_set_accept_state(tls.get());
  return tls;
}

TimePoint TlsIdentity::valid_until() const {
  const std::scoped_lock lock(mutex_);
  return pair_.valid_until;
}

}  // namespace vacuum::http_server
