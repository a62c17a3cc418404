#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "platform/x509/proxy_issuer.hpp"
#include "platform/x509/x509_error.hpp"

namespace vacuum {

/// Bits of a proxy's RSA key.
inline constexpr int kProxyKeyBits = 2048;
/// How far the clocks of others may be behind ours: a proxy is valid from so long before it was made.
inline constexpr Seconds kClockSkew{300};

/// A fresh key pair. Copies share it.
class ProxyKey {
 public:
  /// Takes some 100 ms of processor time: call it beside the loop.
  [[nodiscard]] static ProxyKey make();

  /// OpenSSL's object, which stays ours.
  [[nodiscard]] evp_pkey_st* get() const { return object_.get(); }

 private:
  explicit ProxyKey(std::shared_ptr<evp_pkey_st> object) : object_(std::move(object)) {}
  std::shared_ptr<evp_pkey_st> object_;
};

/// A limited proxy as spec 6 describes it.
struct ProxyRequest {
  ProxyForm form = ProxyForm::rfc3820;
  std::string common_name;  ///< of the RFC 3820 form; the legacy form has "limited proxy"
  TimePoint now{};
  TimePoint not_after{};  ///< when the machine must end
};

/// Why make_proxy() would refuse; nothing where it would not. Cheap.
[[nodiscard]] std::optional<X509Error> proxy_refusal(const ProxyIssuer& issuer, const ProxyRequest& request);

/// The proxy in PEM: the new certificate, the new key (in the old RSA form, which all grid software reads),
/// the issuer's chain. Refused where a certificate of the chain ends before request.not_after or is not valid
/// yet, and where the form does not follow from the issuer's own.
[[nodiscard]] Result<Secret, X509Error> make_proxy(const ProxyIssuer& issuer, const ProxyKey& key,
                                                   const ProxyRequest& request);

}  // namespace vacuum
