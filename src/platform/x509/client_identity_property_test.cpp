#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include "base/testing/certificates.hpp"
#include "platform/x509/client_identity.hpp"

namespace vacuum {
namespace {

using namespace testing;

const TestName kAlice{{"DC", "org"}, {"CN", "alice"}};
const TestName kBob{{"DC", "org"}, {"CN", "bob"}};
const std::string kNobody;

/// A certificate, and who holds its key: the DN that may be accepted where it comes first in a chain.
struct Held {
  std::string der;
  std::string holder;
};

/// What Alice, Bob and their authority have, and all that Bob could make to pass for Alice.
class Pool {
 public:
  Pool() : authority_(make_authority("CA")) {
    const auto alice = issue(end_entity(kAlice), make_ec_key(), &authority_);
    const auto bob = issue(end_entity(kBob), make_ec_key(), &authority_);
    add(authority_, kNobody);
    add(alice, "/DC=org/CN=alice");
    add(bob, "/DC=org/CN=bob");
    add_proxies(alice, kAlice, "/DC=org/CN=alice");
    add_proxies(bob, kBob, "/DC=org/CN=bob");
    const auto as_alice = issue(end_entity(kAlice), bob.key, nullptr);  // names and signs itself
    add(as_alice, kNobody);
    add_proxies(as_alice, kAlice, kNobody);
    auto below_alice = end_entity(kAlice);
    below_alice.issuer = {{"DC", "org"}, {"DC", "example"}, {"CN", "CA"}};
    const auto claimed = issue(below_alice, bob.key, &bob);  // claims to be the authority's
    add(claimed, kNobody);
    add_proxies(claimed, kAlice, kNobody);
  }

  [[nodiscard]] const std::vector<Held>& certificates() const { return certificates_; }
  [[nodiscard]] TrustAnchors anchors() const {
    return TrustAnchors::from_files({{"ca.pem", authority_.pem()}});
  }

 private:
  void add(const TestCertificate& certificate, const std::string& holder) {
    certificates_.push_back({certificate.der(), holder});
  }
  void add_proxies(const TestCertificate& issuer, const TestName& name, const std::string& holder) {
    for (const char* last : {"proxy", "limited proxy"}) {
      const auto first = issue({.subject = with_common_name(name, last)}, make_ec_key(), &issuer);
      add(first, holder);
      const auto second_name = with_common_name(with_common_name(name, last), "limited proxy");
      add(issue({.subject = second_name}, make_ec_key(), &first), holder);
    }
    CertificateSpec rfc{.subject = with_common_name(name, "1"),
                        .extensions = {{NID_proxyCertInfo, "critical,language:id-ppl-inheritAll"}}};
    const auto first = issue(rfc, make_ec_key(), &issuer);
    add(first, holder);
    rfc.subject = with_common_name(rfc.subject, "2");
    add(issue(rfc, make_ec_key(), &first), holder);
  }

  TestCertificate authority_;
  std::vector<Held> certificates_;
};

RC_GTEST_PROP(ClientIdentityProperty, NobodyIsAcceptedAsAnotherWhateverTheChain, ()) {
  static const Pool pool;
  static const TrustAnchors anchors = pool.anchors();
  const auto indices = *rc::gen::container<std::vector<std::size_t>>(
      rc::gen::inRange<std::size_t>(0, pool.certificates().size()));
  RC_PRE(!indices.empty() && indices.size() <= 6);
  std::vector<std::string> chain;
  for (const std::size_t index : indices) chain.push_back(pool.certificates()[index].der);
  const auto identity = verify_client(chain, anchors, kCertificateNow);
  RC_CLASSIFY(identity.ok(), "accepted");
  const std::string& holder = pool.certificates()[indices.front()].holder;
  // The authority may pass for itself: it is trusted to say who is who.
  if (identity && indices.front() != 0) RC_ASSERT(identity->dn == holder);
}

/// So that the property above does not hold for want of anything accepted.
TEST(ClientIdentityProperty, TheHonestChainsOfThePoolAreAccepted) {
  const Pool pool;
  int accepted = 0;
  for (const Held& first : pool.certificates()) {
    for (const Held& second : pool.certificates()) {
      const std::vector<std::string> chain{first.der, second.der};
      if (verify_client(chain, pool.anchors(), kCertificateNow)) ++accepted;
    }
  }
  // Each end entity before anything, and each first proxy before its issuer.
  EXPECT_GE(accepted, 2 * static_cast<int>(pool.certificates().size()) + 6);
}

}  // namespace
}  // namespace vacuum
