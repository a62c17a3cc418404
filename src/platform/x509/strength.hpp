#pragma once

#include <optional>
#include <string>

#include "platform/x509/certificate.hpp"

namespace vacuum::x509 {

/// OpenSSL's security level for chains: 80 bits, so RSA keys of 1024 bits or more, as the proxies of
/// Vcycle 3.0 had them, and no signatures with MD5 or SHA-1.
inline constexpr int kAuthenticationLevel = 1;
inline constexpr int kSecurityBitsMin = 80;

/// What is too weak in the key or the signature of a certificate; nothing where neither is.
[[nodiscard]] std::optional<std::string> weakness(const Certificate& certificate);

}  // namespace vacuum::x509
