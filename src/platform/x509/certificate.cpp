#include "platform/x509/certificate.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <optional>

#include <fmt/format.h>

#include "platform/x509/handles.hpp"
#include "platform/x509/slash_form.hpp"

namespace vacuum {
namespace {

std::optional<TimePoint> time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  const std::chrono::year_month_day day{std::chrono::year{parts.tm_year + 1900},
                                        std::chrono::month{static_cast<unsigned>(parts.tm_mon + 1)},
                                        std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
  if (!day.ok()) return std::nullopt;
  return std::chrono::sys_days(day) + std::chrono::hours{parts.tm_hour} + std::chrono::minutes{parts.tm_min} +
         Seconds{parts.tm_sec};
}

/// A block of a PEM text, freed with it.
struct PemBlock {
  ~PemBlock() {
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, static_cast<std::size_t>(length));
  }
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long length = 0;
};

bool no_further_block() {
  const unsigned long code = ERR_peek_last_error();
  return ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

bool holds_certificate(std::string_view name) {
  return name == PEM_STRING_X509 || name == PEM_STRING_X509_OLD;
}

}  // namespace

Result<Certificate, X509Error> Certificate::adopt(x509_st* object) {
  std::shared_ptr<x509_st> owned(object, X509_free);
  const auto not_before = time_of(X509_get0_notBefore(object));
  const auto not_after = time_of(X509_get0_notAfter(object));
  if (!not_before || !not_after) return Failure{X509Error{"a certificate has no times of validity"}};
  if ((X509_get_extension_flags(object) & EXFLAG_INVALID) != 0) {
    ERR_clear_error();
    return Failure{X509Error{"a certificate has a malformed extension"}};
  }
  return Certificate(std::move(owned), *not_before, *not_after);
}

std::string Certificate::subject() const {
  return x509::slash_form(X509_get_subject_name(get()));
}

std::string Certificate::issuer() const {
  return x509::slash_form(X509_get_issuer_name(get()));
}

bool Certificate::is_authority() const {
  return X509_check_ca(get()) > 0;
}

Result<Certificate, X509Error> parse_der_certificate(std::string_view der) {
  if (der.empty() || der.size() > kPemBytesMax)
    return Failure{X509Error{"a certificate has no bearable size"}};
  const auto* start = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* position = start;
  X509* object = d2i_X509(nullptr, &position, static_cast<long>(der.size()));
  if (object == nullptr) {
    return Failure{X509Error{fmt::format("a certificate cannot be read: {}", x509::openssl_words())}};
  }
  auto certificate = Certificate::adopt(object);
  if (static_cast<std::size_t>(position - start) != der.size()) {
    return Failure{X509Error{"there are bytes behind a certificate"}};
  }
  return certificate;
}

Result<std::vector<Certificate>, X509Error> parse_pem_certificates(std::string_view pem, std::size_t limit) {
  if (pem.size() > kPemBytesMax)
    return Failure{X509Error{"more than 1 MiB: this is no file of certificates"}};
  const x509::Bio bio = x509::reading(pem);
  std::vector<Certificate> certificates;
  for (;;) {
    PemBlock block;
    ERR_clear_error();
    if (PEM_read_bio(bio.get(), &block.name, &block.header, &block.data, &block.length) != 1) {
      if (!no_further_block()) {
        return Failure{X509Error{fmt::format("a PEM block cannot be read: {}", x509::openssl_words())}};
      }
      ERR_clear_error();
      break;
    }
    if (!holds_certificate(block.name)) continue;
    if (certificates.size() == limit) {
      return Failure{X509Error{fmt::format("there are more than {} certificates", limit)}};
    }
    auto certificate = parse_der_certificate(
        {reinterpret_cast<const char*>(block.data), static_cast<std::size_t>(block.length)});
    if (!certificate) return Failure{certificate.error()};
    certificates.push_back(std::move(*certificate));
  }
  if (certificates.empty()) return Failure{X509Error{"there is no certificate (BEGIN CERTIFICATE) in it"}};
  return certificates;
}

std::string to_pem(const Certificate& certificate) {
  const x509::Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate.get());
  return x509::written(bio.get());
}

}  // namespace vacuum
