#include "platform/x509/proxy_maker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/certificates.hpp"
#include "platform/x509/client_identity.hpp"

namespace vacuum {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr TimePoint kNow = kCertificateNow;
const TestName kRobot{{"DC", "org"}, {"DC", "example"}, {"CN", "Robot: vacuum"}};
const std::string kRobotDn = "/DC=org/DC=example/CN=Robot: vacuum";

const ProxyKey& some_key() {
  static const ProxyKey key = ProxyKey::make();
  return key;
}

ProxyInputs inputs_of(const std::vector<TestCertificate>& chain) {
  ProxyInputs inputs{.certificate_path = "x509cert.pem",
                     .certificate_pem = "",
                     .key_path = "x509key.pem",
                     .key_pem = chain.front().key_pem()};
  for (const auto& certificate : chain) inputs.certificate_pem += certificate.pem();
  return inputs;
}

class ProxyMakerTest : public ::testing::Test {
 protected:
  ProxyMakerTest()
      : authority(make_authority("CA")), robot(issue(end_entity(kRobot), some_rsa_key(), &authority)) {}

  [[nodiscard]] static ProxyRequest request(ProxyForm form = ProxyForm::rfc3820) {
    return {.form = form, .common_name = "prod", .now = kNow, .not_after = kNow + Seconds{86400}};
  }
  [[nodiscard]] ProxyIssuer issuer() const { return *ProxyIssuer::read(inputs_of({robot})); }

  static std::string read_problem(const ProxyInputs& inputs) {
    const auto read = ProxyIssuer::read(inputs);
    return read ? "read" : read.error().message;
  }
  static std::string refusal(const ProxyIssuer& issuer, const ProxyRequest& wanted) {
    const auto made = make_proxy(issuer, some_key(), wanted);
    return made ? "made" : made.error().message;
  }
  /// Who the holder of a proxy is to a server.
  [[nodiscard]] std::string dn_for(const std::string& proxy_pem) const {
    std::vector<std::string> der;
    const auto chain = parse_pem_certificates(proxy_pem);
    for (const Certificate& certificate : *chain) {
      unsigned char* bytes = nullptr;
      const int length = i2d_X509(certificate.get(), &bytes);
      der.emplace_back(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
      OPENSSL_free(bytes);
    }
    const auto anchors = TrustAnchors::from_files({{"ca.pem", authority.pem()}});
    const auto identity = verify_client(der, anchors, kNow);
    return identity ? identity->dn : identity.error().message;
  }

  TestCertificate authority;
  TestCertificate robot;
};

TEST_F(ProxyMakerTest, TheOrderIsNewCertificateNewKeyGivenChain) {
  const std::string pem = make_proxy(issuer(), some_key(), request())->reveal();
  const auto key = pem.find("-----BEGIN RSA PRIVATE KEY-----");
  ASSERT_NE(key, std::string::npos);
  EXPECT_EQ(parse_pem_certificates(pem.substr(0, key))->size(), 1U);
  const auto given = parse_pem_certificates(pem.substr(key));
  ASSERT_EQ(given->size(), 1U);
  EXPECT_EQ(given->front().subject(), kRobotDn);
}

TEST_F(ProxyMakerTest, AnRfc3820ProxyIsNamedAfterTheMachinetypeAndLimited) {
  const auto made = parse_pem_certificates(make_proxy(issuer(), some_key(), request())->reveal());
  const Certificate& proxy = made->front();
  EXPECT_EQ(proxy.subject(), kRobotDn + "/CN=prod");
  EXPECT_EQ(proxy.issuer(), kRobotDn);
  EXPECT_EQ(proxy.not_before(), kNow - Seconds{300});
  EXPECT_EQ(proxy.not_after(), kNow + Seconds{86400});
  const auto traits = proxy_traits(proxy);
  EXPECT_EQ(traits->form, ProxyForm::rfc3820);
  EXPECT_TRUE(traits->limited);
  EXPECT_EQ(X509_get_key_usage(proxy.get()), KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT | KU_KEY_AGREEMENT);
  EXPECT_EQ(X509_get_signature_nid(proxy.get()), NID_sha256WithRSAEncryption);
  EXPECT_EQ(EVP_PKEY_get_bits(X509_get0_pubkey(proxy.get())), 2048);
  for (int i = 0; i < X509_get_ext_count(proxy.get()); ++i) {
    EXPECT_EQ(X509_EXTENSION_get_critical(X509_get_ext(proxy.get(), i)), 1);
  }
}

TEST_F(ProxyMakerTest, ALegacyProxyIsNamedLimitedProxyAndHasNoProxyCertInfo) {
  const auto made =
      parse_pem_certificates(make_proxy(issuer(), some_key(), request(ProxyForm::legacy))->reveal());
  EXPECT_EQ(made->front().subject(), kRobotDn + "/CN=limited proxy");
  EXPECT_EQ(X509_get_ext_count(made->front().get()), 1);
  EXPECT_EQ(proxy_traits(made->front())->form, ProxyForm::legacy);
}

TEST_F(ProxyMakerTest, OurOwnServiceKnowsTheHolderOfEither) {
  for (const ProxyForm form : {ProxyForm::rfc3820, ProxyForm::legacy}) {
    EXPECT_EQ(dn_for(make_proxy(issuer(), some_key(), request(form))->reveal()), kRobotDn);
  }
}

TEST_F(ProxyMakerTest, SerialNumbersRiseWithTimeAndDifferByKeyWithinASecond) {
  const auto serial = [this](const ProxyKey& key, TimePoint now) {
    auto wanted = request();
    wanted.now = now;
    const auto made = parse_pem_certificates(make_proxy(issuer(), key, wanted)->reveal());
    std::uint64_t number = 0;
    ASN1_INTEGER_get_uint64(&number, X509_get0_serialNumber(made->front().get()));
    return number;
  };
  const ProxyKey other = ProxyKey::make();
  EXPECT_EQ(serial(some_key(), kNow) >> 32, static_cast<std::uint64_t>(to_unix(kNow)));
  EXPECT_NE(serial(some_key(), kNow), serial(other, kNow));
  EXPECT_LT(serial(some_key(), kNow), serial(other, kNow + Seconds{1}));
}

TEST_F(ProxyMakerTest, RefusedWhereAnyCertificateOfTheChainEndsBeforeTheMachine) {
  auto wanted = request();
  wanted.not_after = kNow + Seconds{31 * 86400};
  EXPECT_THAT(refusal(issuer(), wanted),
              AllOf(StartsWith("x509cert.pem: " + kRobotDn + " ends at"), HasSubstr("renew it")));
  auto brief = end_entity({{"DC", "org"}, {"CN", "Issuing CA"}});
  brief.not_after = kNow + Seconds{60};
  const auto given = issue(brief, make_ec_key(), &authority);
  EXPECT_THAT(refusal(*ProxyIssuer::read(inputs_of({robot, given})), request()),
              HasSubstr("/DC=org/CN=Issuing CA ends at"));
  auto to_the_second = request();
  to_the_second.not_after = kNow + Seconds{30 * 86400};
  EXPECT_EQ(refusal(issuer(), to_the_second), "made");
}

TEST_F(ProxyMakerTest, ValidFromNoEarlierThanItsIssuerAndNotBeforeIt) {
  auto fresh = end_entity(kRobot);
  fresh.not_before = kNow - Seconds{10};
  const auto issuer = ProxyIssuer::read(inputs_of({issue(fresh, make_ec_key(), &authority)}));
  const auto made = parse_pem_certificates(make_proxy(*issuer, some_key(), request())->reveal());
  EXPECT_EQ(made->front().not_before(), kNow - Seconds{10});
  auto early = request();
  early.now = kNow - Seconds{11};
  EXPECT_THAT(refusal(*issuer, early), HasSubstr("look at the clock"));
}

TEST_F(ProxyMakerTest, AProxyMayBeTheInputAndItsFormIsKept) {
  CertificateSpec full{.subject = with_common_name(kRobot, "99"),
                       .extensions = {{NID_proxyCertInfo, "critical,language:id-ppl-inheritAll"}},
                       .serial = 7};
  const auto first = issue(full, make_ec_key(), &robot);
  const auto issuer = ProxyIssuer::read(inputs_of({first, robot}));
  ASSERT_TRUE(issuer.ok()) << issuer.error().message;
  const std::string pem = make_proxy(*issuer, some_key(), request())->reveal();
  EXPECT_EQ(parse_pem_certificates(pem)->front().subject(), kRobotDn + "/CN=99/CN=prod");
  EXPECT_EQ(dn_for(pem), kRobotDn);
  EXPECT_THAT(refusal(*issuer, request(ProxyForm::legacy)), HasSubstr("set legacy_proxy = False"));
  EXPECT_THAT(read_problem(inputs_of({first})), HasSubstr("must follow it"));
}

TEST_F(ProxyMakerTest, AProxyThatAllowsNoFurtherOneIsNoInput) {
  CertificateSpec last{.subject = with_common_name(kRobot, "99"),
                       .extensions = {{NID_proxyCertInfo, "critical,language:id-ppl-inheritAll,pathlen:0"}}};
  EXPECT_THAT(read_problem(inputs_of({issue(last, make_ec_key(), &robot), robot})),
              HasSubstr("allows no further proxy"));
}

TEST_F(ProxyMakerTest, CertificateAndKeyMayLieInOneFile) {
  auto inputs = inputs_of({robot});
  inputs.certificate_pem = robot.key_pem().reveal() + inputs.certificate_pem;
  inputs.key_pem = Secret(inputs.certificate_pem);
  EXPECT_EQ(read_problem(inputs), "read");
}

TEST_F(ProxyMakerTest, InputsThatAreOfNoUseAreToldWithFileAndRemedy) {
  auto inputs = inputs_of({robot});
  inputs.key_pem = issue(end_entity(kRobot), make_ec_key(), &authority).key_pem();
  EXPECT_THAT(read_problem(inputs), StartsWith("x509key.pem: the key is not that of the first certificate"));
  inputs.key_pem = robot.encrypted_key_pem();
  EXPECT_THAT(read_problem(inputs), AllOf(StartsWith("x509key.pem: "), HasSubstr("openssl pkey -in")));
  inputs.key_pem = Secret("no key");
  EXPECT_THAT(read_problem(inputs), StartsWith("x509key.pem: there is no private key"));
  inputs = inputs_of({robot});
  inputs.certificate_pem = "";
  EXPECT_THAT(read_problem(inputs), StartsWith("x509cert.pem: there is no certificate"));
  EXPECT_THAT(read_problem(inputs_of({authority})), HasSubstr("the certificate of an authority"));
  auto encrypting = end_entity(kRobot);
  encrypting.extensions[1].second = "critical,keyEncipherment";
  EXPECT_THAT(read_problem(inputs_of({issue(encrypting, make_ec_key(), &authority)})),
              HasSubstr("may not sign"));
}

TEST_F(ProxyMakerTest, ANameThatNoCertificateHoldsIsRefused) {
  for (const std::string& name :
       {std::string(), std::string(65, 'a'), std::string("a/b"), std::string("\xC3\xA9")}) {
    auto wanted = request();
    wanted.common_name = name;
    EXPECT_THAT(refusal(issuer(), wanted), HasSubstr("no proxy can be named"));
  }
}

}  // namespace
}  // namespace vacuum
