#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/x509/certificate.hpp"
#include "platform/x509/x509_error.hpp"

namespace vacuum {

/// The most proxies that a chain may have.
inline constexpr int kProxyDepthMax = 9;

/// How a certificate says that it is a proxy.
enum class ProxyForm : std::uint8_t {
  none,
  rfc3820,  ///< by the extension proxyCertInfo
  legacy,   ///< of Globus 2: by its last CN, "proxy" or "limited proxy", behind its issuer's name
};

/// What a certificate says of itself as a proxy.
struct ProxyTraits {
  ProxyForm form = ProxyForm::none;
  bool limited = false;
  std::optional<long> further_proxies_max;  ///< pCPathLenConstraint
};

/// An error where a certificate claims to be a proxy and is none that we may follow: a policy language that
/// is neither "inherit all" nor "limited", an extension of RFC 3820 that is not critical.
[[nodiscard]] Result<ProxyTraits, X509Error> proxy_traits(const Certificate& certificate);

/// The end-entity certificate that a chain of proxies comes from.
struct ProxyChain {
  int proxies = 0;
  ProxyTraits first;       ///< of chain[0]
  std::size_t end_entity;  ///< position in the chain
  TimePoint not_after{};   ///< the earliest end among the proxies and the end entity
};

/// Walks from chain[0] to the first certificate that is no proxy. Of each proxy is checked (RFC 3820,
/// section 3 and 4): issued and signed by the next certificate, which is no authority and may sign; named as
/// its issuer and one CN; valid at `now`; no authority, no other names, no unknown critical extension; forms
/// not mixed; limited where its issuer is; not deeper than any of them allows.
[[nodiscard]] Result<ProxyChain, X509Error> walk_proxies(std::span<const Certificate> chain, TimePoint now);

}  // namespace vacuum
