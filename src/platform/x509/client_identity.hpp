#pragma once

#include <span>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/x509/trust_anchors.hpp"
#include "platform/x509/x509_error.hpp"

namespace vacuum {

/// Who is at the other end of a TLS connection.
struct ClientIdentity {
  std::string dn;  ///< of the end-entity certificate, in slash form: proxies are stripped
  int proxies = 0;
  TimePoint not_after{};  ///< when the first certificate of the chain ends
};

/// Judges the chain that a client presented and proved to have the key of: in DER, its own certificate
/// first, then each one's issuer as far as it was sent. Proxies of RFC 3820 and of the old Globus form are
/// checked link by link (proxy_chain.hpp), the end-entity certificate against `anchors`.
[[nodiscard]] Result<ClientIdentity, X509Error> verify_client(std::span<const std::string> der_chain,
                                                              const TrustAnchors& anchors, TimePoint now);

}  // namespace vacuum
