#pragma once

#include <openssl/asn1.h>
#include <openssl/conf.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/secret.hpp"
#include "base/time.hpp"

namespace vacuum::testing {

/// The moment at which the tests of certificates live.
inline constexpr TimePoint kCertificateNow = from_unix(1'790'000'000);

using TestKey = std::shared_ptr<EVP_PKEY>;
using TestName = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] inline TestKey make_ec_key() {
  return {EVP_EC_gen("P-256"), EVP_PKEY_free};
}
[[nodiscard]] inline TestKey make_rsa_key(unsigned bits = 2048) {
  return {EVP_RSA_gen(bits), EVP_PKEY_free};
}

/// The same for all who do not care: making one takes long.
[[nodiscard]] inline const TestKey& some_rsa_key() {
  static const TestKey key = make_rsa_key();
  return key;
}

/// A certificate with its key, as a test wants it.
struct TestCertificate {
  std::shared_ptr<X509> object;
  TestKey key;

  [[nodiscard]] std::string pem() const {
    std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_X509(bio.get(), object.get());
    return text(bio.get());
  }
  [[nodiscard]] Secret key_pem() const {
    std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return Secret(text(bio.get()));
  }
  /// The key, encrypted with the pass phrase "secret".
  [[nodiscard]] Secret encrypted_key_pem() const {
    std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PrivateKey(bio.get(), key.get(), EVP_aes_128_cbc(),
                             reinterpret_cast<const unsigned char*>("secret"), 6, nullptr, nullptr);
    return Secret(text(bio.get()));
  }
  [[nodiscard]] std::string der() const {
    unsigned char* bytes = nullptr;
    const int length = i2d_X509(object.get(), &bytes);
    std::string copy(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return copy;
  }

 private:
  static std::string text(BIO* bio) {
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(length)};
  }
};

/// What a certificate is to say. Whether that makes sense is up to the test.
struct CertificateSpec {
  TestName subject;
  TimePoint not_before = kCertificateNow - Seconds{86400};
  TimePoint not_after = kCertificateNow + Seconds{30 * 86400};
  std::vector<std::pair<int, std::string>> extensions;  ///< NID and value, as in openssl.cnf
  const EVP_MD* digest = EVP_sha256();
  TestName issuer = {};  ///< empty: as the issuer's subject
  long serial = 1;
};

inline void append_to_name(X509_NAME* name, const TestName& parts) {
  for (const auto& [type, value] : parts) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(value.data());
    if (X509_NAME_add_entry_by_txt(name, type.c_str(), MBSTRING_UTF8, bytes, static_cast<int>(value.size()),
                                   -1, 0) != 1) {
      throw std::logic_error("no name: " + type + "=" + value);
    }
  }
}

inline void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<CONF, void (*)(CONF*)> empty(NCONF_new(nullptr), NCONF_free);  // proxyCertInfo asks
  X509V3_set_nconf(&context, empty.get());
  X509_EXTENSION* extension = X509V3_EXT_nconf_nid(empty.get(), &context, kind, value.c_str());
  if (extension == nullptr) throw std::logic_error("no extension: " + value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

/// Signed with the issuer's key; with its own where there is none.
[[nodiscard]] inline TestCertificate issue(const CertificateSpec& spec, TestKey key,
                                           const TestCertificate* issuer) {
  TestCertificate made{{X509_new(), X509_free}, std::move(key)};
  X509* object = made.object.get();
  X509* by = issuer == nullptr ? object : issuer->object.get();
  X509_set_version(object, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(object), spec.serial);
  append_to_name(X509_get_subject_name(object), spec.subject);
  if (spec.issuer.empty()) {
    X509_set_issuer_name(object, X509_get_subject_name(by));
  } else {
    append_to_name(X509_get_issuer_name(object), spec.issuer);
  }
  ASN1_TIME_set(X509_getm_notBefore(object), to_unix(spec.not_before));
  ASN1_TIME_set(X509_getm_notAfter(object), to_unix(spec.not_after));
  X509_set_pubkey(object, made.key.get());
  for (const auto& [kind, value] : spec.extensions) add_extension(object, by, kind, value);
  X509_sign(object, issuer == nullptr ? made.key.get() : issuer->key.get(), spec.digest);
  return made;
}

/// An authority that signed itself.
[[nodiscard]] inline TestCertificate make_authority(const std::string& common_name) {
  return issue({.subject = {{"DC", "org"}, {"DC", "example"}, {"CN", common_name}},
                .extensions = {{NID_basic_constraints, "critical,CA:TRUE"},
                               {NID_subject_key_identifier, "hash"},
                               {NID_key_usage, "critical,keyCertSign,cRLSign"}}},
               make_ec_key(), nullptr);
}

/// Of an authority of its own and good at this moment, for a server at 127.0.0.1.
[[nodiscard]] inline TestCertificate self_signed_server(const std::string& common_name) {
  const auto now = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
  return issue({.subject = {{"CN", common_name}},
                .not_before = now - Seconds{3600},
                .not_after = now + Seconds{3600},
                .extensions = {{NID_subject_alt_name, "IP:127.0.0.1"}}},
               make_ec_key(), nullptr);
}

/// A user or host as grids certify it.
[[nodiscard]] inline CertificateSpec end_entity(TestName subject) {
  return {.subject = std::move(subject),
          .extensions = {{NID_basic_constraints, "critical,CA:FALSE"},
                         {NID_key_usage, "critical,digitalSignature,keyEncipherment"}},
          .serial = 2};
}

/// The issuer's subject and one more CN.
[[nodiscard]] inline TestName with_common_name(TestName issuer, const std::string& common_name) {
  issuer.emplace_back("CN", common_name);
  return issuer;
}

/// A revocation list of `authority` that names the serial numbers, valid until `next_update`.
[[nodiscard]] inline std::string revocation_list_pem(const TestCertificate& authority,
                                                     const std::vector<long>& serials,
                                                     TimePoint next_update) {
  std::unique_ptr<X509_CRL, void (*)(X509_CRL*)> list(X509_CRL_new(), X509_CRL_free);
  X509_CRL_set_version(list.get(), 1);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(authority.object.get()));
  std::unique_ptr<ASN1_TIME, void (*)(ASN1_TIME*)> time(ASN1_TIME_new(), ASN1_TIME_free);
  ASN1_TIME_set(time.get(), to_unix(kCertificateNow - Seconds{7 * 86400}));
  X509_CRL_set1_lastUpdate(list.get(), time.get());
  for (const long serial : serials) {
    X509_REVOKED* entry = X509_REVOKED_new();
    std::unique_ptr<ASN1_INTEGER, void (*)(ASN1_INTEGER*)> number(ASN1_INTEGER_new(), ASN1_INTEGER_free);
    ASN1_INTEGER_set(number.get(), serial);
    X509_REVOKED_set_serialNumber(entry, number.get());
    X509_REVOKED_set_revocationDate(entry, time.get());
    X509_CRL_add0_revoked(list.get(), entry);
  }
  ASN1_TIME_set(time.get(), to_unix(next_update));
  X509_CRL_set1_nextUpdate(list.get(), time.get());
  X509_CRL_sort(list.get());
  X509_CRL_sign(list.get(), authority.key.get(), EVP_sha256());
  std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_X509_CRL(bio.get(), list.get());
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(length)};
}

}  // namespace vacuum::testing
