#include "programs/vcycle/proxy_init_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "base/testing/certificates.hpp"
#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"

namespace vacuum {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr TimePoint kNow = kCertificateNow;

/// A state directory with one machinetype that gives its machines proxies.
class ProxyInitCommandTest : public ::testing::Test {
 protected:
  ProxyInitCommandTest()
      : authority(make_authority("CA")),
        robot(issue(end_entity({{"DC", "org"}, {"CN", "robot"}}), some_rsa_key(), &authority)) {}

  void SetUp() override {
    machinetype = state / "spaces/site.example.org/machinetypes/prod";
    write(machinetype / "files/user_data", "##user_data_option_x509_proxy##");
    put_into_place(robot);
    write(
        state / "vcycle.conf",
        "[space site.example.org]\napi = openstack\nurl = https://k.example.org:5000/v3\nproject_name = p\n"
        "username = u\npassword_base64 = cA==\nflavor_names = f\n"
        "[machinetype site.example.org prod]\ntarget_share = 1\nroot_image = image:i\nuser_data = user_data\n"
        "backoff_seconds = 600\nfizzle_seconds = 600\nuser_data_proxy = True\n");
    options.places = {.state_directory = state.string(), .config_file = (state / "vcycle.conf").string()};
    options.space = SpaceName{"site.example.org"};
    options.machinetype = MachinetypeName{"prod"};
  }

  static void write(const std::filesystem::path& path, const std::string& content) {
    write_file(path, content);
    ::chmod(path.c_str(), 0600);
  }
  static unsigned mode_of(const std::filesystem::path& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0U;
  }
  void put_into_place(const TestCertificate& certificate) const {
    write(machinetype / "x509cert.pem", certificate.pem());
    write(machinetype / "x509key.pem", certificate.key_pem().reveal());
  }
  int run(TimePoint now = kNow) {
    out.str("");
    errors.str("");
    return run_proxy_init(options, now, out, errors);
  }

  TestCertificate authority;
  TestCertificate robot;
  TemporaryDirectory state;
  std::filesystem::path machinetype;
  ProxyInitOptions options;
  std::ostringstream out;
  std::ostringstream errors;
};

TEST_F(ProxyInitCommandTest, TellsWhatMachinesAreGivenAndUntilWhen) {
  EXPECT_EQ(run(), 0) << errors.str();
  EXPECT_EQ(out.str(),
            "certificate  /DC=org/CN=robot\n"
            "issued by    /DC=org/DC=example/CN=CA\n"
            "valid until  2026-10-21T14:13:20Z (30 d)\n"
            "proxies      /DC=org/CN=robot/CN=prod\n"
            "             RFC 3820, limited, RSA of 2048 bits, for 1 d\n"
            "machines     get one until 2026-10-20T14:13:20Z; renew the certificate before\n");
}

TEST_F(ProxyInitCommandTest, FailsWhereAMachineCouldNotBeGivenOne) {
  EXPECT_EQ(run(kNow + Seconds{29 * 86400 + 1}), 1);
  EXPECT_THAT(errors.str(), HasSubstr("before the machine would"));
  std::filesystem::remove(machinetype / "x509key.pem");
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(errors.str(), HasSubstr("x509key.pem: No such file"));
  options.machinetype = MachinetypeName{"other"};
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(errors.str(), HasSubstr("no machinetype other is configured in space site.example.org"));
}

TEST_F(ProxyInitCommandTest, MakesAProxyToTryOutThatNobodyElseCanRead) {
  options.out_file = (state / "proxy.pem").string();
  options.hours = 2;
  options.form = ProxyForm::legacy;
  EXPECT_EQ(run(), 0) << errors.str();
  EXPECT_EQ(mode_of(options.out_file), 0600U);
  const auto made = parse_pem_certificates(content_of(options.out_file));
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(made->front().subject(), "/DC=org/CN=robot/CN=limited proxy");
  EXPECT_EQ(made->front().not_after(), kNow + Seconds{7200});
}

TEST_F(ProxyInitCommandTest, OnStandardOutputThereIsNothingButTheProxy) {
  options.out_file = "-";
  EXPECT_EQ(run(), 0) << errors.str();
  EXPECT_THAT(out.str(), StartsWith("-----BEGIN CERTIFICATE-----"));
}

TEST_F(ProxyInitCommandTest, PutsANewCertificateIntoPlaceOnceItIsFoundGood) {
  const auto renewed = issue(end_entity({{"DC", "org"}, {"CN", "renewed"}}), some_rsa_key(), &authority);
  write(state / "new.pem", renewed.key_pem().reveal() + renewed.pem());
  options.certificate_file = (state / "new.pem").string();
  options.install = true;
  EXPECT_EQ(run(), 0) << errors.str();
  EXPECT_EQ(mode_of(machinetype / "x509key.pem"), 0600U);
  EXPECT_EQ(parse_pem_certificates(content_of(machinetype / "x509cert.pem"))->front().subject(),
            "/DC=org/CN=renewed");
  options = {.places = options.places, .space = options.space, .machinetype = options.machinetype};
  EXPECT_EQ(run(), 0) << errors.str();
  EXPECT_THAT(out.str(), StartsWith("certificate  /DC=org/CN=renewed\n"));
}

TEST_F(ProxyInitCommandTest, ACertificateThatIsOfNoUseIsNotPutIntoPlace) {
  write(state / "new.pem", robot.pem());
  options.certificate_file = (state / "new.pem").string();
  options.install = true;
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(errors.str(), HasSubstr("new.pem: there is no private key"));
  EXPECT_EQ(content_of(machinetype / "x509key.pem"), robot.key_pem().reveal());
}

TEST_F(ProxyInitCommandTest, InstallingNeedsToBeToldWhat) {
  options.install = true;
  EXPECT_EQ(run(), 2);
  EXPECT_THAT(errors.str(), HasSubstr("name it with --cert and --key"));
}

}  // namespace
}  // namespace vacuum
