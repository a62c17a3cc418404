#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "platform/x509/certificate.hpp"
#include "platform/x509/proxy_chain.hpp"
#include "platform/x509/x509_error.hpp"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace vacuum {

/// The texts of a machinetype's x509cert.pem and x509key.pem (spec 2.2) and where they come from. Both may be
/// one file: of the first its certificates are read, of the second its key.
struct ProxyInputs {
  std::string certificate_path;  ///< for messages
  std::string certificate_pem;
  std::string key_path;  ///< for messages
  Secret key_pem;
};

/// What proxies are made from: a certificate (or itself a proxy), the chain that came with it, and its key.
/// Copies share the key.
class ProxyIssuer {
 public:
  /// An error, which names the file and a remedy, where a file cannot be read as what it should be, the key
  /// is encrypted or does not belong to the certificate, or the certificate cannot have proxies.
  static Result<ProxyIssuer, X509Error> read(const ProxyInputs& inputs);

  [[nodiscard]] const Certificate& certificate() const { return chain_.front(); }
  /// As given: the certificate first.
  [[nodiscard]] const std::vector<Certificate>& chain() const { return chain_; }
  /// The first of them to end: no proxy may end later.
  [[nodiscard]] const Certificate& first_to_end() const;
  /// What the certificate is as a proxy itself.
  [[nodiscard]] const ProxyTraits& traits() const { return traits_; }
  [[nodiscard]] const std::string& certificate_path() const { return certificate_path_; }

  /// OpenSSL's object, which stays ours.
  [[nodiscard]] evp_pkey_st* key() const { return key_.get(); }

 private:
  ProxyIssuer(std::vector<Certificate> chain, std::shared_ptr<evp_pkey_st> key, ProxyTraits traits,
              std::string certificate_path)
      : chain_(std::move(chain)),
        key_(std::move(key)),
        traits_(traits),
        certificate_path_(std::move(certificate_path)) {}

  std::vector<Certificate> chain_;
  std::shared_ptr<evp_pkey_st> key_;
  ProxyTraits traits_;
  std::string certificate_path_;
};

}  // namespace vacuum
