#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

namespace vacuum::x509 {

/// Frees what OpenSSL made.
template <auto Free>
struct FreedBy {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

using Bio = std::unique_ptr<BIO, FreedBy<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreedBy<EVP_PKEY_CTX_free>>;
using Name = std::unique_ptr<X509_NAME, FreedBy<X509_NAME_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, FreedBy<X509_EXTENSION_free>>;
using ProxyInfo = std::unique_ptr<PROXY_CERT_INFO_EXTENSION, FreedBy<PROXY_CERT_INFO_EXTENSION_free>>;

/// Reads `text` in place: it must outlive the Bio. Precondition: less than 2 GiB.
[[nodiscard]] Bio reading(std::string_view text);
/// What was written to a memory Bio.
[[nodiscard]] std::string written(BIO* bio);
/// What OpenSSL said last, in its own words; its queue of errors is empty then.
[[nodiscard]] std::string openssl_words();

}  // namespace vacuum::x509
