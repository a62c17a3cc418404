#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/x509/certificate.hpp"
#include "platform/x509/x509_error.hpp"

struct x509_store_st;  // OpenSSL's X509_STORE

namespace vacuum {

/// What a certificate is to be good for.
enum class CertificatePurpose : std::uint8_t {
  any,
  tls_client,
};

/// The certification authorities that a site trusts, as a directory of the IGTF form holds them
/// (/etc/grid-security/certificates): *.pem, *.crt and HASH.N are authorities, *.crl and HASH.rN their
/// revocation lists. Copies share it; it may be used by several threads at once.
class TrustAnchors {
 public:
  /// Of the files of such a directory, by name; others are passed over. A file that cannot be read is
  /// problem(), and harms no other.
  [[nodiscard]] static TrustAnchors from_files(const std::map<std::string, std::string>& files);
  /// Whether a file of this name in such a directory is one that from_files() reads.
  [[nodiscard]] static bool is_read(std::string_view file_name);

  [[nodiscard]] std::size_t authorities() const { return authorities_; }
  [[nodiscard]] std::size_t revocation_lists() const { return revocation_lists_; }
  /// "NAME: what is wrong with it".
  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

  /// Whether a chain leads from `leaf` (no proxy) over `others`, in any order, to an authority, with each
  /// certificate valid at `now`, signed with today's strength, and on no revocation list. An authority
  /// without a list revokes nothing; a list that is out of date fails.
  [[nodiscard]] Result<Done, X509Error> verify(const Certificate& leaf, std::span<const Certificate> others,
                                               CertificatePurpose purpose, TimePoint now) const;

 private:
  TrustAnchors();
  void add_authorities(const std::string& name, const std::string& content);
  void add_revocation_list(const std::string& name, const std::string& content);

  std::shared_ptr<x509_store_st> store_;
  std::size_t authorities_ = 0;
  std::size_t revocation_lists_ = 0;
  std::vector<std::string> problems_;
};

}  // namespace vacuum
