#include "platform/x509/proxy_maker.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include <fmt/format.h>

#include "platform/x509/handles.hpp"
#include "platform/x509/proxy_names.hpp"

namespace vacuum {
namespace {

using CertificateHandle = std::unique_ptr<X509, x509::FreedBy<X509_free>>;
using BitString = std::unique_ptr<ASN1_BIT_STRING, x509::FreedBy<ASN1_BIT_STRING_free>>;
using BigNumber = std::unique_ptr<BIGNUM, x509::FreedBy<BN_free>>;

constexpr int kCritical = 1;
constexpr long kVersion3 = 2;
constexpr std::size_t kCommonNameLengthMax = 64;  // RFC 5280, ub-common-name
constexpr int kDigitalSignatureBit = 0, kKeyEnciphermentBit = 2, kKeyAgreementBit = 4;

/// What OpenSSL must be able to do; only exhausted memory prevents it.
void need(bool done) {
  if (!done) throw std::runtime_error("making a proxy failed: " + x509::openssl_words());
}

std::string_view common_name(const ProxyRequest& request) {
  return request.form == ProxyForm::legacy ? kLegacyLimitedName : std::string_view(request.common_name);
}

/// PrintableString, the only form that the oldest grid software compares well.
bool is_usable_name(std::string_view name) {
  return !name.empty() && name.size() <= kCommonNameLengthMax && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == ' ' || c == '.';
  });
}

std::string_view name_of(ProxyForm form) {
  return form == ProxyForm::legacy ? "legacy" : "RFC 3820";
}

/// The time in the upper half, so that numbers rise and nothing needs to be kept; part of the key's digest in
/// the lower, so that proxies of one second differ (RFC 3820, section 3.3).
void set_serial(X509* certificate, const ProxyRequest& request) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  need(X509_pubkey_digest(certificate, EVP_sha256(), digest.data(), nullptr) == 1);
  std::array<unsigned char, 8> bytes{};
  const auto seconds = static_cast<std::uint64_t>(std::max<std::int64_t>(to_unix(request.now), 1));
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<unsigned char>(seconds >> (8 * (3 - i)));
  std::copy_n(digest.begin(), 4, bytes.begin() + 4);
  const BigNumber number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  need(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr);
}

void set_names(X509* certificate, const Certificate& issuer, std::string_view common_name) {
  const x509::Name subject(X509_NAME_dup(X509_get_subject_name(issuer.get())));
  const auto* bytes = reinterpret_cast<const unsigned char*>(common_name.data());
  need(subject && X509_NAME_add_entry_by_NID(subject.get(), NID_commonName, V_ASN1_PRINTABLESTRING, bytes,
                                             static_cast<int>(common_name.size()), -1, 0) == 1);
  need(X509_set_subject_name(certificate, subject.get()) == 1);
  need(X509_set_issuer_name(certificate, X509_get_subject_name(issuer.get())) == 1);
}

void set_times(X509* certificate, const ProxyIssuer& issuer, const ProxyRequest& request) {
  TimePoint from = request.now - kClockSkew;
  for (const Certificate& given : issuer.chain()) from = std::max(from, given.not_before());
  need(ASN1_TIME_set(X509_getm_notBefore(certificate), to_unix(from)) != nullptr);
  need(ASN1_TIME_set(X509_getm_notAfter(certificate), to_unix(request.not_after)) != nullptr);
}

void add_key_usage(X509* certificate) {
  const BitString usage(ASN1_BIT_STRING_new());
  need(usage != nullptr);
  for (const int bit : {kDigitalSignatureBit, kKeyEnciphermentBit, kKeyAgreementBit}) {
    need(ASN1_BIT_STRING_set_bit(usage.get(), bit, 1) == 1);
  }
  need(X509_add1_ext_i2d(certificate, NID_key_usage, usage.get(), kCritical, X509V3_ADD_DEFAULT) == 1);
}

void add_limited_policy(X509* certificate) {
  const x509::ProxyInfo info(PROXY_CERT_INFO_EXTENSION_new());
  need(info != nullptr);
  ASN1_OBJECT_free(info->proxyPolicy->policyLanguage);
  info->proxyPolicy->policyLanguage = OBJ_txt2obj(std::string(kLimitedPolicy).c_str(), kNumericForm);
  need(info->proxyPolicy->policyLanguage != nullptr);
  need(X509_add1_ext_i2d(certificate, NID_proxyCertInfo, info.get(), kCritical, X509V3_ADD_DEFAULT) == 1);
}

std::string in_pem(X509* certificate, const ProxyKey& key, const ProxyIssuer& issuer) {
  const x509::Bio bio(BIO_new(BIO_s_secmem()));
  need(bio && PEM_write_bio_X509(bio.get(), certificate) == 1);
  need(PEM_write_bio_PrivateKey_traditional(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) ==
       1);
  for (const Certificate& given : issuer.chain()) need(PEM_write_bio_X509(bio.get(), given.get()) == 1);
  return x509::written(bio.get());
}

}  // namespace

ProxyKey ProxyKey::make() {
  std::shared_ptr<evp_pkey_st> key(EVP_RSA_gen(kProxyKeyBits), EVP_PKEY_free);
  need(key != nullptr);
  return ProxyKey(std::move(key));
}

std::optional<X509Error> proxy_refusal(const ProxyIssuer& issuer, const ProxyRequest& request) {
  const auto because = [&issuer](const std::string& problem) {
    return X509Error{fmt::format("{}: {}", issuer.certificate_path(), problem)};
  };
  const ProxyForm own = issuer.traits().form;
  if (own != ProxyForm::none && own != request.form) {
    return because(
        fmt::format("holds a {0} proxy, from which only {0} proxies follow; set legacy_proxy = {1}",
                    name_of(own), own == ProxyForm::legacy ? "True" : "False"));
  }
  if (!is_usable_name(common_name(request))) {
    return because(fmt::format("no proxy can be named '{}'", common_name(request)));
  }
  for (const Certificate& given : issuer.chain()) {
    if (given.not_before() > request.now) {
      return because(fmt::format("{} is not valid before {}; look at the clock", given.subject(),
                                 format_iso8601(given.not_before())));
    }
  }
  const Certificate& first = issuer.first_to_end();
  if (first.not_after() < request.not_after) {
    return because(fmt::format("{} ends at {}, before the machine would at {}; renew it", first.subject(),
                               format_iso8601(first.not_after()), format_iso8601(request.not_after)));
  }
  return std::nullopt;
}

Result<Secret, X509Error> make_proxy(const ProxyIssuer& issuer, const ProxyKey& key,
                                     const ProxyRequest& request) {
  if (auto refusal = proxy_refusal(issuer, request)) return Failure{std::move(*refusal)};
  const CertificateHandle certificate(X509_new());
  need(certificate && X509_set_version(certificate.get(), kVersion3) == 1);
  need(X509_set_pubkey(certificate.get(), key.get()) == 1);
  set_serial(certificate.get(), request);
  set_names(certificate.get(), issuer.certificate(), common_name(request));
  set_times(certificate.get(), issuer, request);
  add_key_usage(certificate.get());
  if (request.form == ProxyForm::rfc3820) add_limited_policy(certificate.get());
  need(X509_sign(certificate.get(), issuer.key(), EVP_sha256()) > 0);
  return Secret(in_pem(certificate.get(), key, issuer));
}

}  // namespace vacuum
