#include "platform/x509/trust_anchors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/certificates.hpp"

namespace vacuum {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr TimePoint kNow = kCertificateNow;

Certificate certificate_of(const TestCertificate& made) {
  return *parse_der_certificate(made.der());
}

std::string verdict(const TrustAnchors& anchors, const TestCertificate& leaf, TimePoint now = kNow) {
  const auto result = anchors.verify(certificate_of(leaf), {}, CertificatePurpose::any, now);
  return result ? "trusted" : result.error().message;
}

class TrustAnchorsTest : public ::testing::Test {
 protected:
  TrustAnchorsTest()
      : authority(make_authority("CA")),
        host(issue(end_entity({{"DC", "org"}, {"CN", "host/a.example.org"}}), make_ec_key(), &authority)) {}

  [[nodiscard]] TrustAnchors with_list(const std::vector<long>& revoked, TimePoint next_update) const {
    return TrustAnchors::from_files(
        {{"ca.pem", authority.pem()}, {"0a1b2c3d.r0", revocation_list_pem(authority, revoked, next_update)}});
  }

  TestCertificate authority;
  TestCertificate host;
};

TEST_F(TrustAnchorsTest, ReadADirectoryAsTheIgtfDistributesIt) {
  const auto anchors =
      TrustAnchors::from_files({{"example.pem", authority.pem()},
                                {"0a1b2c3d.0", authority.pem()},
                                {"0a1b2c3d.r0", revocation_list_pem(authority, {}, kNow + Seconds{86400})},
                                {"0a1b2c3d.signing_policy", "access_id_CA X509 '/CN=CA'"},
                                {"example.info", "alias = example"},
                                {"example.namespaces", ""}});
  EXPECT_THAT(anchors.problems(), IsEmpty());
  EXPECT_EQ(anchors.authorities(), 1U);
  EXPECT_EQ(anchors.revocation_lists(), 1U);
  EXPECT_EQ(verdict(anchors, host), "trusted");
}

TEST_F(TrustAnchorsTest, AFileThatCannotBeReadHarmsNoOther) {
  const auto anchors =
      TrustAnchors::from_files({{"bad.pem", "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n"},
                                {"good.pem", authority.pem()},
                                {"text.crl", "no list"}});
  EXPECT_THAT(anchors.problems(),
              ElementsAre(HasSubstr("bad.pem: a PEM block cannot be read"), HasSubstr("text.crl: ")));
  EXPECT_EQ(verdict(anchors, host), "trusted");
}

TEST_F(TrustAnchorsTest, ABundleOfAuthoritiesMayLieInOneFile) {
  const auto anchors =
      TrustAnchors::from_files({{"bundle.crt", make_authority("Other").pem() + authority.pem()}});
  EXPECT_EQ(anchors.authorities(), 2U);
  EXPECT_EQ(verdict(anchors, host), "trusted");
}

TEST_F(TrustAnchorsTest, WithoutAuthoritiesNothingIsTrusted) {
  EXPECT_THAT(verdict(TrustAnchors::from_files({}), host), HasSubstr("not in the directory of CAs"));
}

TEST_F(TrustAnchorsTest, WhatAListNamesIsRevoked) {
  EXPECT_EQ(verdict(with_list({3, 4}, kNow + Seconds{86400}), host), "trusted");
  EXPECT_THAT(verdict(with_list({2}, kNow + Seconds{86400}), host), HasSubstr("certificate revoked"));
}

TEST_F(TrustAnchorsTest, AListThatIsOutOfDateFailsItsAuthority) {
  EXPECT_THAT(verdict(with_list({}, kNow - Seconds{1}), host), HasSubstr("needs fetch-crl"));
}

TEST_F(TrustAnchorsTest, AListOfAStrangerRevokesNothing) {
  const auto stranger = make_authority("CA");
  const auto anchors =
      TrustAnchors::from_files({{"ca.pem", authority.pem()},
                                {"0a1b2c3d.r0", revocation_list_pem(stranger, {}, kNow + Seconds{86400})}});
  EXPECT_THAT(verdict(anchors, host), HasSubstr("CRL signature failure"))
      << "fails closed: the list is forged";
}

TEST_F(TrustAnchorsTest, ACertificateIsTrustedInItsTimeAlone) {
  const auto anchors = TrustAnchors::from_files({{"ca.pem", authority.pem()}});
  EXPECT_THAT(verdict(anchors, host, kNow - Seconds{90'000}), HasSubstr("not yet valid"));
  EXPECT_THAT(verdict(anchors, host, kNow + Seconds{31 * 86400}), HasSubstr("has expired"));
}

TEST_F(TrustAnchorsTest, KnowTheFilesThatAreReadByTheirNames) {
  for (const char* name : {"a.pem", "a.crt", "0a1b2c3d.0", "0a1b2c3d.12", "0a1b2c3d.r0", "a.crl"}) {
    EXPECT_TRUE(TrustAnchors::is_read(name)) << name;
  }
  for (const char* name : {"a", "a.info", "a.signing_policy", "a.namespaces", ".a.pem", "a.r", "a.key"}) {
    EXPECT_FALSE(TrustAnchors::is_read(name)) << name;
  }
}

}  // namespace
}  // namespace vacuum
