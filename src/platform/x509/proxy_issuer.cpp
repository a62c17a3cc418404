#include "platform/x509/proxy_issuer.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "platform/x509/handles.hpp"
#include "platform/x509/strength.hpp"

namespace vacuum {
namespace {

/// Told to OpenSSL as the source of pass phrases: there is none, and nobody is asked.
int note_encrypted(char*, int, int, void* encrypted) {
  *static_cast<bool*>(encrypted) = true;
  return -1;
}

Result<std::shared_ptr<evp_pkey_st>, X509Error> read_key(const ProxyInputs& inputs) {
  const std::string& pem = inputs.key_pem.reveal();
  if (pem.size() > kPemBytesMax) {
    return Failure{X509Error{fmt::format("{}: more than 1 MiB: this is no key", inputs.key_path)}};
  }
  bool encrypted = false;
  ERR_clear_error();
  std::shared_ptr<evp_pkey_st> key(
      PEM_read_bio_PrivateKey(x509::reading(pem).get(), nullptr, note_encrypted, &encrypted), EVP_PKEY_free);
  const std::string words = x509::openssl_words();
  if (encrypted) {
    return Failure{X509Error{fmt::format(
        "{}: the key has a pass phrase; store it without (openssl pkey -in OLD -out NEW)", inputs.key_path)}};
  }
  if (!key) {
    return Failure{
        X509Error{fmt::format("{}: there is no private key in PEM form in it ({})", inputs.key_path, words)}};
  }
  const int kind = EVP_PKEY_get_base_id(key.get());
  if (kind != EVP_PKEY_RSA && kind != EVP_PKEY_EC) {
    return Failure{X509Error{fmt::format("{}: the key is neither RSA nor EC", inputs.key_path)}};
  }
  return key;
}

/// Why no proxy of this certificate would be accepted.
std::optional<std::string> obstacle(const Certificate& certificate, const ProxyTraits& traits) {
  if (certificate.is_authority()) return "is the certificate of an authority, which makes no proxies";
  if (traits.further_proxies_max == 0) return "is a proxy that allows no further proxy";
  const std::uint32_t usage = X509_get_key_usage(certificate.get());
  if (usage != UINT32_MAX && (usage & KU_DIGITAL_SIGNATURE) == 0) return "has a key that may not sign";
  return x509::weakness(certificate);
}

}  // namespace

const Certificate& ProxyIssuer::first_to_end() const {
  return *std::ranges::min_element(chain_, {}, &Certificate::not_after);
}

Result<ProxyIssuer, X509Error> ProxyIssuer::read(const ProxyInputs& inputs) {
  const auto because = [&inputs](const std::string& problem) {
    return Failure{X509Error{fmt::format("{}: {}", inputs.certificate_path, problem)}};
  };
  auto chain = parse_pem_certificates(inputs.certificate_pem);
  if (!chain) return because(chain.error().message);
  auto key = read_key(inputs);
  if (!key) return Failure{key.error()};
  const Certificate& first = chain->front();
  if (X509_check_private_key(first.get(), key->get()) != 1) {
    ERR_clear_error();
    return Failure{X509Error{fmt::format("{}: the key is not that of the first certificate of {}, {}",
                                         inputs.key_path, inputs.certificate_path, first.subject())}};
  }
  auto traits = proxy_traits(first);
  if (!traits) return because(traits.error().message);
  if (traits->form != ProxyForm::none && chain->size() == 1) {
    return because(
        fmt::format("{} is a proxy; the certificate that issued it must follow it", first.subject()));
  }
  if (const auto problem = obstacle(first, *traits))
    return because(fmt::format("{} {}", first.subject(), *problem));
  return ProxyIssuer(std::move(*chain), std::move(*key), *traits, inputs.certificate_path);
}

}  // namespace vacuum
