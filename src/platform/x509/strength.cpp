#include "platform/x509/strength.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

namespace vacuum::x509 {

std::optional<std::string> weakness(const Certificate& certificate) {
  EVP_PKEY* key = X509_get0_pubkey(certificate.get());
  if (key == nullptr || EVP_PKEY_get_security_bits(key) < kSecurityBitsMin) {
    ERR_clear_error();
    return "has a key that is too weak (RSA keys need 1024 bits or more)";
  }
  int bits = 0;
  if (X509_get_signature_info(certificate.get(), nullptr, nullptr, &bits, nullptr) != 1 ||
      bits < kSecurityBitsMin) {
    ERR_clear_error();
    return "is signed with a digest that is too weak (SHA-256 or better is needed)";
  }
  return std::nullopt;
}

}  // namespace vacuum::x509
