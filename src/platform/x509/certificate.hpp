#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/x509/x509_error.hpp"

struct x509_st;  // OpenSSL's X509

namespace vacuum {

/// More bytes than any text of certificates has that is meant well.
inline constexpr std::size_t kPemBytesMax = 1 << 20;
/// The most certificates that a chain or a PEM file may have, CA bundles aside.
inline constexpr std::size_t kChainLengthMax = 16;

/// A certificate that could be read: its names, times and extensions are well formed. Copies share it.
class Certificate {
 public:
  /// In slash form, as dn_components() reads it.
  [[nodiscard]] std::string subject() const;
  [[nodiscard]] std::string issuer() const;
  [[nodiscard]] TimePoint not_before() const { return not_before_; }
  [[nodiscard]] TimePoint not_after() const { return not_after_; }
  /// Whether it may issue certificates other than proxies.
  [[nodiscard]] bool is_authority() const;

  /// OpenSSL's object, which stays ours.
  [[nodiscard]] x509_st* get() const { return object_.get(); }

  /// Takes `object` over. An error where something in it is malformed.
  static Result<Certificate, X509Error> adopt(x509_st* object);

 private:
  Certificate(std::shared_ptr<x509_st> object, TimePoint not_before, TimePoint not_after)
      : object_(std::move(object)), not_before_(not_before), not_after_(not_after) {}

  std::shared_ptr<x509_st> object_;
  TimePoint not_before_;
  TimePoint not_after_;
};

/// One certificate in DER and nothing behind it.
[[nodiscard]] Result<Certificate, X509Error> parse_der_certificate(std::string_view der);

/// All certificates of a PEM text, in order; blocks of other kinds, and text around the blocks, are passed
/// over. An error where there is none, more than `limit`, or a block that cannot be read.
[[nodiscard]] Result<std::vector<Certificate>, X509Error> parse_pem_certificates(
    std::string_view pem, std::size_t limit = kChainLengthMax);

/// The certificate as a PEM block.
[[nodiscard]] std::string to_pem(const Certificate& certificate);

}  // namespace vacuum
