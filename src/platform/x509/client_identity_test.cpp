#include "platform/x509/client_identity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/certificates.hpp"
#include "platform/distinguished_name.hpp"

namespace vacuum {
namespace {

using namespace testing;
using ::testing::HasSubstr;

constexpr TimePoint kNow = kCertificateNow;
const TestName kAlice{{"DC", "org"}, {"DC", "example"}, {"CN", "alice"}};
const TestName kBob{{"DC", "org"}, {"DC", "example"}, {"CN", "bob"}};
const std::string kAliceDn = "/DC=org/DC=example/CN=alice";
const std::string kInheritAll = "critical,language:id-ppl-inheritAll";
const std::string kLimited = "critical,language:1.3.6.1.4.1.3536.1.1.1.9";

/// One authority, and Alice and Bob, whom it certified.
class ClientIdentityTest : public ::testing::Test {
 protected:
  ClientIdentityTest()
      : authority(make_authority("CA")),
        alice(issue(end_entity(kAlice), make_ec_key(), &authority)),
        bob(issue(end_entity(kBob), make_ec_key(), &authority)) {}

  [[nodiscard]] TrustAnchors anchors() const {
    return TrustAnchors::from_files({{"ca.pem", authority.pem()}});
  }

  static CertificateSpec proxy(const TestName& issuer, const std::string& name) {
    return {.subject = with_common_name(issuer, name), .extensions = {}, .serial = 77};
  }
  static CertificateSpec rfc_proxy(const TestName& issuer, const std::string& policy = kInheritAll) {
    CertificateSpec spec = proxy(issuer, "1234");
    spec.extensions = {{NID_proxyCertInfo, policy}};
    return spec;
  }

  [[nodiscard]] Result<ClientIdentity, X509Error> verified(const std::vector<TestCertificate>& chain,
                                                           TimePoint now = kNow) const {
    std::vector<std::string> der;
    for (const auto& certificate : chain) der.push_back(certificate.der());
    return verify_client(der, anchors(), now);
  }
  [[nodiscard]] std::string dn(const std::vector<TestCertificate>& chain) const {
    const auto identity = verified(chain);
    return identity ? identity->dn : "refused: " + identity.error().message;
  }
  [[nodiscard]] std::string refusal(const std::vector<TestCertificate>& chain, TimePoint now = kNow) const {
    const auto identity = verified(chain, now);
    return identity ? "accepted as " + identity->dn : identity.error().message;
  }

  TestCertificate authority;
  TestCertificate alice;
  TestCertificate bob;
};

TEST_F(ClientIdentityTest, ACertificateIsKnownByItsSubject) {
  EXPECT_EQ(dn({alice}), kAliceDn);
  EXPECT_EQ(verified({alice})->proxies, 0);
}

TEST_F(ClientIdentityTest, AProxyIsKnownByTheCertificateThatItComesFrom) {
  for (const char* name : {"proxy", "limited proxy"}) {
    const auto legacy = issue(proxy(kAlice, name), make_ec_key(), &alice);
    EXPECT_EQ(dn({legacy, alice}), kAliceDn) << name;
    EXPECT_EQ(dn({legacy, alice, authority}), kAliceDn) << name;
  }
  for (const std::string& policy : {kInheritAll, kLimited}) {
    EXPECT_EQ(dn({issue(rfc_proxy(kAlice, policy), make_ec_key(), &alice), alice}), kAliceDn) << policy;
  }
}

TEST_F(ClientIdentityTest, ProxiesOfProxiesAreStrippedToo) {
  const auto first = issue(rfc_proxy(kAlice), make_ec_key(), &alice);
  const auto second = issue(rfc_proxy(with_common_name(kAlice, "1234"), kLimited), make_ec_key(), &first);
  EXPECT_EQ(dn({second, first, alice}), kAliceDn);
  EXPECT_EQ(verified({second, first, alice})->proxies, 2);
  const auto old_first = issue(proxy(kAlice, "proxy"), make_ec_key(), &alice);
  const auto old_second =
      issue(proxy(with_common_name(kAlice, "proxy"), "limited proxy"), make_ec_key(), &old_first);
  EXPECT_EQ(dn({old_second, old_first, alice}), kAliceDn);
}

TEST_F(ClientIdentityTest, EndsWithTheFirstCertificateOfItsChain) {
  auto spec = rfc_proxy(kAlice);
  spec.not_after = kNow + Seconds{3600};
  EXPECT_EQ(verified({issue(spec, make_ec_key(), &alice), alice})->not_after, kNow + Seconds{3600});
}

TEST_F(ClientIdentityTest, IntermediateAuthoritiesMayBeSentInAnyOrder) {
  CertificateSpec spec{.subject = {{"DC", "org"}, {"CN", "Issuing CA"}},
                       .extensions = {{NID_basic_constraints, "critical,CA:TRUE"}}};
  const auto intermediate = issue(spec, make_ec_key(), &authority);
  const auto carol = issue(end_entity({{"DC", "org"}, {"CN", "carol"}}), make_ec_key(), &intermediate);
  EXPECT_EQ(dn({carol, authority, intermediate}), "/DC=org/CN=carol");
  EXPECT_THAT(refusal({carol}), HasSubstr("its authority is not in the directory of CAs"));
}

// --- what is not believed

TEST_F(ClientIdentityTest, StrangersAndTheSelfSignedAreRefused) {
  EXPECT_THAT(refusal({}), HasSubstr("no certificate"));
  EXPECT_THAT(refusal({issue(end_entity(kAlice), make_ec_key(), nullptr)}), HasSubstr("is not trusted"));
  const auto other = make_authority("CA");  // the same name, another key
  EXPECT_THAT(refusal({issue(end_entity(kAlice), make_ec_key(), &other), other}),
              HasSubstr("is not trusted"));
}

TEST_F(ClientIdentityTest, NobodyMakesProxiesOfAnother) {
  auto forged = proxy(kAlice, "proxy");
  forged.issuer = kAlice;
  const auto signed_by_bob = issue(forged, make_ec_key(), &bob);
  EXPECT_THAT(refusal({signed_by_bob, alice}), HasSubstr("is not signed by its issuer"));
  EXPECT_THAT(refusal({signed_by_bob, bob}), HasSubstr("is not issued by the certificate that follows it"));
  EXPECT_THAT(refusal({signed_by_bob}), HasSubstr("the certificate that issued it is missing"));
  auto honest_issuer = rfc_proxy(kAlice);
  honest_issuer.issuer = kBob;
  EXPECT_THAT(refusal({issue(honest_issuer, make_ec_key(), &bob), bob}),
              HasSubstr("is not named as its issuer and one CN"));
}

TEST_F(ClientIdentityTest, AnEndEntityIsNoAuthority) {
  const auto carol =
      issue(end_entity({{"DC", "org"}, {"DC", "example"}, {"CN", "carol"}}), make_ec_key(), &bob);
  EXPECT_THAT(refusal({carol, bob}), HasSubstr("is not trusted"));
  const auto below = issue(end_entity(with_common_name(kAlice, "carol")), make_ec_key(), &alice);
  EXPECT_THAT(refusal({below, alice}), HasSubstr("is not trusted"));
}

TEST_F(ClientIdentityTest, ANameEndingInProxyFromAnAuthorityIsJustAName) {
  const TestName authority_name{{"DC", "org"}, {"DC", "example"}, {"CN", "CA"}};
  const auto named = issue(end_entity(with_common_name(authority_name, "proxy")), make_ec_key(), &authority);
  EXPECT_EQ(dn({named, authority}), "/DC=org/DC=example/CN=CA/CN=proxy");
  const auto claimed = issue(rfc_proxy(authority_name), make_ec_key(), &authority);
  EXPECT_THAT(refusal({claimed, authority}), HasSubstr("an authority issued"));
}

TEST_F(ClientIdentityTest, ANameCannotBeSmuggledInByASlash) {
  const auto mallory =
      issue(end_entity({{"DC", "org"}, {"DC", "example/CN=alice"}}), make_ec_key(), &authority);
  const auto identity = verified({mallory});
  ASSERT_TRUE(identity.ok()) << identity.error().message;
  EXPECT_FALSE(dn_matches(kAliceDn, identity->dn)) << identity->dn;
}

TEST_F(ClientIdentityTest, EveryCertificateOfTheChainMustBeValidNow) {
  auto short_lived = rfc_proxy(kAlice);
  short_lived.not_after = kNow + Seconds{60};
  const auto held = issue(short_lived, make_ec_key(), &alice);
  EXPECT_EQ(dn({held, alice}), kAliceDn);
  EXPECT_THAT(refusal({held, alice}, kNow + Seconds{61}), HasSubstr("ended at"));
  auto early = proxy(kAlice, "proxy");
  early.not_before = kNow + Seconds{1};
  EXPECT_THAT(refusal({issue(early, make_ec_key(), &alice), alice}), HasSubstr("is not valid before"));
  auto long_lived = rfc_proxy(kAlice);  // longer than the certificate that it comes from
  long_lived.not_after = kNow + Seconds{40 * 86400};
  const auto outliving = issue(long_lived, make_ec_key(), &alice);
  EXPECT_THAT(refusal({outliving, alice}, kNow + Seconds{35 * 86400}), HasSubstr("alice ended at"));
}

TEST_F(ClientIdentityTest, NoMoreProxiesThanTheirIssuersAllow) {
  const auto last = issue(rfc_proxy(kAlice, kInheritAll + ",pathlen:0"), make_ec_key(), &alice);
  EXPECT_EQ(dn({last, alice}), kAliceDn);
  const auto further = issue(rfc_proxy(with_common_name(kAlice, "1234")), make_ec_key(), &last);
  EXPECT_THAT(refusal({further, last, alice}), HasSubstr("allows 0 further proxies, 1 follow"));
  TestName name = kAlice;
  std::vector<TestCertificate> chain{alice};
  for (int depth = 0; depth < 10; ++depth) {
    chain.insert(chain.begin(), issue(rfc_proxy(name), make_ec_key(), &chain.front()));
    name = with_common_name(name, "1234");
    if (depth == 8) {
      EXPECT_EQ(dn(chain), kAliceDn);
    }
  }
  EXPECT_THAT(refusal(chain), HasSubstr("one proxy too many"));
}

TEST_F(ClientIdentityTest, ALimitedProxyYieldsNoFullOneAndFormsAreNotMixed) {
  const auto limited = issue(rfc_proxy(kAlice, kLimited), make_ec_key(), &alice);
  const auto full = issue(rfc_proxy(with_common_name(kAlice, "1234")), make_ec_key(), &limited);
  EXPECT_THAT(refusal({full, limited, alice}), HasSubstr("a full proxy that comes from a limited one"));
  const auto old = issue(proxy(with_common_name(kAlice, "1234"), "proxy"), make_ec_key(), &limited);
  EXPECT_THAT(refusal({old, limited, alice}), HasSubstr("another form"));
}

TEST_F(ClientIdentityTest, AProxyThatDoesNotInheritItsIssuersRightsIsNotItsIssuer) {
  for (const char* policy :
       {"critical,language:id-ppl-independent", "critical,language:1.2.3.4,policy:text:x"}) {
    EXPECT_THAT(refusal({issue(rfc_proxy(kAlice, policy), make_ec_key(), &alice), alice}),
                HasSubstr("does not inherit"))
        << policy;
  }
}

TEST_F(ClientIdentityTest, AProxyMustBeOneInAllItsExtensions) {
  const auto with = [](int kind, const std::string& value) {
    auto spec = proxy(kAlice, "proxy");
    spec.extensions = {{kind, value}};
    return spec;
  };
  auto signing = with(NID_key_usage, "critical,digitalSignature,keyCertSign");
  signing.extensions.emplace_back(NID_basic_constraints, "CA:FALSE");
  const std::vector<std::pair<CertificateSpec, std::string>> wrong{
      {rfc_proxy(kAlice, kInheritAll.substr(9)), "not critical"},
      {with(NID_basic_constraints, "critical,CA:TRUE"), "is an authority"},
      {with(NID_subject_alt_name, "DNS:other.example.org"), "alternative names"},
      {with(NID_key_usage, "critical,digitalSignature,keyCertSign"), "is an authority"},
      {signing, "may sign certificates"},
      {with(NID_key_usage, "critical,keyEncipherment"), "may not sign"},
      {with(NID_netscape_comment, "critical,x"), "critical extension"}};
  for (const auto& [spec, words] : wrong) {
    EXPECT_THAT(refusal({issue(spec, make_ec_key(), &alice), alice}), HasSubstr(words));
  }
}

TEST_F(ClientIdentityTest, WeakKeysAndDigestsAreRefused) {
  auto weak = proxy(kAlice, "proxy");
  weak.digest = EVP_sha1();
  EXPECT_THAT(refusal({issue(weak, make_ec_key(), &alice), alice}), HasSubstr("digest that is too weak"));
  weak.digest = EVP_sha256();
  EXPECT_THAT(refusal({issue(weak, make_rsa_key(512), &alice), alice}), HasSubstr("key that is too weak"));
  EXPECT_EQ(dn({issue(weak, make_rsa_key(1024), &alice), alice}), kAliceDn) << "as Vcycle 3.0 made them";
}

TEST_F(ClientIdentityTest, AServersCertificateIsNoClients) {
  auto spec = end_entity(kAlice);
  spec.extensions.emplace_back(NID_ext_key_usage, "serverAuth");
  EXPECT_THAT(refusal({issue(spec, make_ec_key(), &authority)}), HasSubstr("unsuitable certificate purpose"));
}

TEST_F(ClientIdentityTest, BytesThatAreNoCertificateAreToldAsSuch) {
  const std::string der = alice.der();
  for (const std::string& bytes :
       {std::string(), std::string("x"), der.substr(0, der.size() / 2), der + "x"}) {
    EXPECT_FALSE(verify_client(std::vector{bytes}, anchors(), kNow).ok());
  }
  EXPECT_FALSE(verify_client(std::vector(17, der), anchors(), kNow).ok());
}

}  // namespace
}  // namespace vacuum
