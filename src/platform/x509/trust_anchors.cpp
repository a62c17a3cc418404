#include "platform/x509/trust_anchors.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "platform/x509/handles.hpp"
#include "platform/x509/strength.hpp"

namespace vacuum {
namespace {

using RevocationList = std::unique_ptr<X509_CRL, x509::FreedBy<X509_CRL_free>>;
using VerifyContext = std::unique_ptr<X509_STORE_CTX, x509::FreedBy<X509_STORE_CTX_free>>;
using Stack = std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * stack) { sk_X509_free(stack); })>;

constexpr std::size_t kBundleLengthMax = 1000;

enum class FileKind : std::uint8_t { other, authorities, revocation_list };

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

FileKind kind_of(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || name.starts_with('.')) return FileKind::other;
  const std::string_view ending = name.substr(dot + 1);
  if (ending == "pem" || ending == "crt" || is_number(ending)) return FileKind::authorities;
  const bool numbered = ending.starts_with('r') && is_number(ending.substr(1));
  return ending == "crl" || numbered ? FileKind::revocation_list : FileKind::other;
}

RevocationList parse_revocation_list(const std::string& content) {
  if (content.size() > (std::size_t{1} << 30)) return nullptr;
  if (content.find("-----BEGIN") != std::string::npos) {
    return RevocationList(PEM_read_bio_X509_CRL(x509::reading(content).get(), nullptr, nullptr, nullptr));
  }
  const auto* bytes = reinterpret_cast<const unsigned char*>(content.data());
  return RevocationList(d2i_X509_CRL(nullptr, &bytes, static_cast<long>(content.size())));
}

/// An authority whose list a site does not have revokes nothing, as with all grid software.
int without_list_is_fine(int ok, X509_STORE_CTX* context) {
  return ok == 1 || X509_STORE_CTX_get_error(context) == X509_V_ERR_UNABLE_TO_GET_CRL ? 1 : 0;
}

std::string_view remedy_for(int error) {
  switch (error) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return "; its authority is not in the directory of CAs";
    case X509_V_ERR_CRL_HAS_EXPIRED:
      return "; the directory of CAs needs fetch-crl";
    default:
      return "";
  }
}

X509Error failure_of(X509_STORE_CTX* context, const Certificate& leaf) {
  const int error = X509_STORE_CTX_get_error(context);
  std::string at;
  if (X509* current = X509_STORE_CTX_get_current_cert(context); current != nullptr && current != leaf.get()) {
    X509_up_ref(current);
    if (auto failing = Certificate::adopt(current)) at = fmt::format(" (at {})", failing->subject());
  }
  ERR_clear_error();
  return {fmt::format("{} is not trusted: {}{}{}", leaf.subject(), X509_verify_cert_error_string(error), at,
                      remedy_for(error))};
}

}  // namespace

TrustAnchors::TrustAnchors() : store_(X509_STORE_new(), X509_STORE_free) {
  if (!store_) throw std::bad_alloc();
}

bool TrustAnchors::is_read(std::string_view file_name) {
  return kind_of(file_name) != FileKind::other;
}

TrustAnchors TrustAnchors::from_files(const std::map<std::string, std::string>& files) {
  TrustAnchors anchors;
  std::set<std::string_view> seen;  // HASH.0 is a link to NAME.pem
  for (const auto& [name, content] : files) {
    const FileKind kind = kind_of(name);
    if (kind == FileKind::other || !seen.insert(content).second) continue;
    if (kind == FileKind::authorities) anchors.add_authorities(name, content);
    if (kind == FileKind::revocation_list) anchors.add_revocation_list(name, content);
  }
  return anchors;
}

void TrustAnchors::add_authorities(const std::string& name, const std::string& content) {
  auto certificates = parse_pem_certificates(content, kBundleLengthMax);
  if (!certificates) {
    problems_.push_back(fmt::format("{}: {}", name, certificates.error().message));
    return;
  }
  for (const Certificate& certificate : *certificates) {
    if (X509_STORE_add_cert(store_.get(), certificate.get()) == 1) ++authorities_;
  }
}

void TrustAnchors::add_revocation_list(const std::string& name, const std::string& content) {
  const RevocationList list = parse_revocation_list(content);
  if (list && X509_STORE_add_crl(store_.get(), list.get()) == 1) {
    ++revocation_lists_;
    return;
  }
  problems_.push_back(fmt::format("{}: no revocation list can be read: {}", name, x509::openssl_words()));
}

Result<Done, X509Error> TrustAnchors::verify(const Certificate& leaf, std::span<const Certificate> others,
                                             CertificatePurpose purpose, TimePoint now) const {
  const VerifyContext context(X509_STORE_CTX_new());
  const Stack untrusted(sk_X509_new_null());
  if (!context || !untrusted) throw std::bad_alloc();
  for (const Certificate& other : others) sk_X509_push(untrusted.get(), other.get());
  if (X509_STORE_CTX_init(context.get(), store_.get(), leaf.get(), untrusted.get()) != 1) {
    return Failure{X509Error{x509::openssl_words()}};
  }
  X509_VERIFY_PARAM* rules = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(rules, static_cast<std::time_t>(to_unix(now)));
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  X509_VERIFY_PARAM_set_auth_level(rules, x509::kAuthenticationLevel);
  X509_VERIFY_PARAM_set_depth(rules, kChainLengthMax);
  if (purpose == CertificatePurpose::tls_client) {
    X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_CLIENT);
  }
  X509_STORE_CTX_set_verify_cb(context.get(), without_list_is_fine);
  if (X509_verify_cert(context.get()) == 1) return Done{};
  return Failure{failure_of(context.get(), leaf)};
}

}  // namespace vacuum
