#pragma once

#include <string>

namespace vacuum {

/// Why a certificate, key, proxy or signature is of no use: a sentence for an admin, which names what to do
/// where that is known.
struct X509Error {
  std::string message;

  friend bool operator==(const X509Error&, const X509Error&) = default;
};

}  // namespace vacuum
