#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <array>
#include <chrono>
#include <cstdio>

#include <fmt/format.h>

#include "base/testing/certificates.hpp"
#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"
#include "platform/x509/proxy_maker.hpp"

// Proxies as the tools of others see them: OpenSSL's command and Debian's voms-clients.
namespace vacuum {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::HasSubstr;

const TestName kRobot{{"DC", "org"}, {"DC", "example"}, {"CN", "Robot: vacuum"}};

struct Told {
  int status = -1;
  std::string text;
};

Told run(const std::string& command) {
  Told told;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return told;
  std::array<char, 4096> part{};
  while (const std::size_t count = std::fread(part.data(), 1, part.size(), pipe)) {
    told.text.append(part.data(), count);
  }
  const int status = ::pclose(pipe);
  told.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return told;
}

/// A directory with an authority and a proxy. These tools go by the time of day.
class ProxyToolsTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const { return (directory_ / name).string(); }
  void write(const std::string& name, const std::string& content) const {
    write_file(path(name), content);
    ::chmod(path(name).c_str(), 0600);
  }

  /// Writes ca.pem, rest.pem (the given chain) and proxy.pem.
  void make(ProxyForm form) const {
    const auto now = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
    CertificateSpec ca{.subject = {{"DC", "org"}, {"CN", "CA"}},
                       .not_before = now - Seconds{86400},
                       .not_after = now + Seconds{30 * 86400},
                       .extensions = {{NID_basic_constraints, "critical,CA:TRUE"}}};
    const auto authority = issue(ca, make_ec_key(), nullptr);
    auto spec = end_entity(kRobot);
    spec.not_before = now - Seconds{86400};
    spec.not_after = now + Seconds{30 * 86400};
    const auto robot = issue(spec, some_rsa_key(), &authority);
    const auto issuer = ProxyIssuer::read({"cert", robot.pem(), "key", robot.key_pem()});
    ASSERT_TRUE(issuer.ok()) << issuer.error().message;
    const auto proxy = make_proxy(*issuer, ProxyKey::make(), {form, "prod", now, now + Seconds{7200}});
    ASSERT_TRUE(proxy.ok()) << proxy.error().message;
    write("ca.pem", authority.pem());
    write("rest.pem", robot.pem());
    write("proxy.pem", proxy->reveal());
  }
  [[nodiscard]] Told openssl_verify(const std::string& options) const {
    return run(fmt::format("openssl verify {} -CAfile {} -untrusted {} {}", options, path("ca.pem"),
                           path("rest.pem"), path("proxy.pem")));
  }
  [[nodiscard]] Told voms_proxy_info() const {
    // It looks for authorities and a file of random bytes, and uses neither.
    return run(fmt::format("HOME={0} X509_CERT_DIR={0} voms-proxy-info -file {0}/proxy.pem -all",
                           directory_.string()));
  }

 private:
  TemporaryDirectory directory_;
};

TEST_F(ProxyToolsTest, OpensslVerifiesTheRfc3820Proxy) {
  make(ProxyForm::rfc3820);
  const Told allowed = openssl_verify("-allow_proxy_certs");
  EXPECT_EQ(allowed.status, 0) << allowed.text;
  EXPECT_NE(openssl_verify("").status, 0) << "a proxy, so nothing without being allowed";
}

TEST_F(ProxyToolsTest, VomsProxyInfoReadsTheRfc3820Proxy) {
  make(ProxyForm::rfc3820);
  const Told told = voms_proxy_info();
  EXPECT_EQ(told.status, 0) << told.text;
  EXPECT_THAT(told.text, AllOf(HasSubstr("subject   : /DC=org/DC=example/CN=Robot: vacuum/CN=prod\n"),
                               HasSubstr("issuer    : /DC=org/DC=example/CN=Robot: vacuum\n"),
                               HasSubstr("RFC compliant")));
}

TEST_F(ProxyToolsTest, VomsProxyInfoReadsTheLegacyProxy) {
  make(ProxyForm::legacy);
  const Told told = voms_proxy_info();
  EXPECT_EQ(told.status, 0) << told.text;
  EXPECT_THAT(told.text, HasSubstr("type      : limited proxy\n"));
}

}  // namespace
}  // namespace vacuum
