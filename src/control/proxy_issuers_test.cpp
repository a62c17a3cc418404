#include "control/proxy_issuers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/certificates.hpp"
#include "control/executor.hpp"
#include "control/testing/fake_ports.hpp"
#include "platform/machine_token.hpp"
#include "ports/testing/fake_cloud.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const SpaceName kSpace{"space"};
const MachineName kName{"vcycle-prod-aaaaaaaaaa"};
const TestName kRobot{{"DC", "org"}, {"CN", "robot"}};

/// Machinetype "prod" gives its machines proxies, "test" does not.
class ProxyIssuersTest : public ::testing::Test, protected FakePorts {
 protected:
  ProxyIssuersTest() {
    settings.name = kSpace;
    settings.https_host = "host";
    settings.machinetypes.resize(2);
    settings.machinetypes[0] = {.name = MachinetypeName{"prod"},
                                .target_share = 1,
                                .user_data = {.location = "/template"},
                                .user_data_proxy = ProxyKind::rfc3820,
                                .proxy_certificate_file = "/x509cert.pem",
                                .proxy_key_file = "/x509key.pem"};
    settings.machinetypes[1] = {
        .name = MachinetypeName{"test"}, .target_share = 1, .user_data = {.location = "/template"}};
    files.files["/template"] = "##user_data_option_x509_proxy##|##user_data_option_joboutputs_token##\n";
    give_certificate(Seconds{30 * 86400});
  }

  void give_certificate(Seconds life) {
    auto spec = end_entity(kRobot);
    spec.not_before = clock.now() - Seconds{3600};
    spec.not_after = clock.now() + life;
    const auto robot = issue(spec, make_ec_key(), nullptr);
    files.files["/x509cert.pem"] = robot.pem();
    files.files["/x509key.pem"] = robot.key_pem().reveal();
  }

  /// What machinetype `index` is held for; empty for not.
  std::string hold(std::size_t index = 0) {
    Holds holds(settings.machinetypes.size());
    run(loop, proxies.read(files, settings, clock.now(), holds));
    const auto held = holds.take();
    return held[index] ? held[index]->why : "";
  }
  CycleOutcome create(MachinetypeIndex machinetype = MachinetypeIndex{0}, MachineName name = kName) {
    Plan plan;
    plan.actions.push_back(CreateMachine{
        .name = std::move(name), .machinetype = machinetype, .flavor = cloud.offered[0], .reason = "share"});
    const ManagerIdentity manager{ManagerName{"me"}, "Vacuum 1"};
    Executor executor{cloud, ports(), manager};
    WrittenIntents written = run(loop, write_intents(store, plan, settings, manager, clock.now()));
    return run(loop, executor.carry_out(plan, {}, settings, proxies, memories, std::move(written.intents)));
  }

  boost::asio::io_context loop;
  FakeCloud cloud;
  SpaceSettings settings;
  ProxyIssuers proxies;
  MachineMemories memories;
};

TEST_F(ProxyIssuersTest, AMachineIsGivenAProxyOfItsOwnThatEndsWithIt) {
  EXPECT_EQ(hold(), "");
  EXPECT_EQ(create().created, 1);
  ASSERT_EQ(cloud.requests.size(), 1U);
  const auto chain = parse_pem_certificates(cloud.requests[0].user_data);
  ASSERT_TRUE(chain.ok()) << chain.error().message;
  EXPECT_EQ(chain->front().subject(), "/DC=org/CN=robot/CN=prod");
  EXPECT_EQ(chain->front().not_after(), clock.now() + Seconds{86400});
  EXPECT_EQ(side_work.calls, 1) << "keys are made beside the loop";
}

TEST_F(ProxyIssuersTest, NoTwoMachinesShareAKey) {
  EXPECT_EQ(hold(), "");
  create();
  create(MachinetypeIndex{0}, MachineName{"vcycle-prod-bbbbbbbbbb"});
  ASSERT_EQ(cloud.requests.size(), 2U);
  const auto one = parse_pem_certificates(cloud.requests[0].user_data);
  const auto other = parse_pem_certificates(cloud.requests[1].user_data);
  EXPECT_EQ(EVP_PKEY_eq(X509_get0_pubkey(one->front().get()), X509_get0_pubkey(other->front().get())), 0);
}

TEST_F(ProxyIssuersTest, AProxyEndsWithTheSpaceWhereThatIsEarlier) {
  settings.shutdown_time = clock.now() + Seconds{600};
  EXPECT_EQ(hold(), "");
  create();
  const auto chain = parse_pem_certificates(cloud.requests.at(0).user_data);
  EXPECT_EQ(chain->front().not_after(), clock.now() + Seconds{600});
}

TEST_F(ProxyIssuersTest, ACertificateThatEndsTooSoonHoldsItsMachinetypeAlone) {
  give_certificate(Seconds{86399});
  EXPECT_THAT(hold(),
              StartsWith("its machines cannot be given a proxy: /x509cert.pem: /DC=org/CN=robot ends at"));
  EXPECT_EQ(hold(1), "");
  give_certificate(Seconds{86400});
  EXPECT_EQ(hold(), "") << "renewed: nothing needs to be restarted";
}

TEST_F(ProxyIssuersTest, FilesThatAreMissingOrNoPairHoldTheMachinetypeInWords) {
  const std::string key = files.files["/x509key.pem"];
  files.files.erase("/x509key.pem");
  EXPECT_THAT(hold(), HasSubstr("/x509key.pem"));
  give_certificate(Seconds{30 * 86400});
  files.files["/x509key.pem"] = key;
  EXPECT_THAT(hold(), HasSubstr("the key is not that of the first certificate"));
  files.files["/x509cert.pem"] = "no certificate";
  EXPECT_THAT(hold(), HasSubstr("there is no certificate"));
}

TEST_F(ProxyIssuersTest, AMachinetypeWithoutAShareIsNotLookedAt) {
  settings.machinetypes[0].target_share = 0;
  files.files.erase("/x509cert.pem");
  EXPECT_EQ(hold(), "");
}

TEST_F(ProxyIssuersTest, NothingIsMadeThatTheTemplateDoesNotAskFor) {
  files.files["/template"] = "nothing\n";
  EXPECT_EQ(hold(), "");
  EXPECT_EQ(create().created, 1);
  EXPECT_EQ(side_work.calls, 0);
  EXPECT_EQ(token_key.calls, 0);
}

TEST_F(ProxyIssuersTest, AKeyThatIsNotMadeInTimeLeavesTheMachineUnasked) {
  side_work.late = true;
  EXPECT_EQ(hold(), "");
  const auto outcome = create();
  EXPECT_EQ(outcome.created, 0);
  EXPECT_TRUE(cloud.requests.empty());
  EXPECT_TRUE(store.spaces[kSpace].current.empty()) << "no intent either";
  ASSERT_EQ(outcome.notes.size(), 1U);
  EXPECT_THAT(outcome.notes[0], HasSubstr("was not made in time"));
}

TEST_F(ProxyIssuersTest, ProxiesAndTokensAreNotLogged) {
  EXPECT_EQ(hold(), "");
  create();
  EXPECT_FALSE(log.says("PRIVATE KEY")) << log.text();
  EXPECT_FALSE(log.says(machine_token(Secret(std::string(32, 'k')), kSpace, kName).reveal()));
}

TEST_F(ProxyIssuersTest, AMachineIsGivenTheTokenOfItsOwnJoboutputs) {
  EXPECT_EQ(create(MachinetypeIndex{1}).created, 1);
  const std::string token = cloud.requests.at(0).user_data.substr(1, 43);
  EXPECT_TRUE(is_machine_token(token, Secret(std::string(32, 'k')), kSpace, kName)) << token;
}

TEST_F(ProxyIssuersTest, WithoutATokenKeyTheMachinetypesThatAskForTokensWait) {
  token_key.error = "token_key holds no key: remove it";
  const auto outcome = create(MachinetypeIndex{1});
  EXPECT_EQ(outcome.created, 0);
  EXPECT_THAT(outcome.notes.at(0),
              HasSubstr("machinetype test: token_key holds no key: remove it; none is created"));
  files.files["/template"] = "no token\n";
  EXPECT_EQ(create(MachinetypeIndex{1}).created, 1);
}

}  // namespace
}  // namespace vacuum
