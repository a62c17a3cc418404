#pragma once

#include <openssl/x509.h>

#include <string>

namespace vacuum::x509 {

/// A name in the slash form that distinguished_name.hpp describes: as OpenSSL's one-line form, but never
/// ambiguous. Values are shown in UTF-8, with bytes that are no printable ASCII as "\xHH"; the parts of a
/// component that has several are joined by '+'.
[[nodiscard]] std::string slash_form(const X509_NAME* name);

}  // namespace vacuum::x509
