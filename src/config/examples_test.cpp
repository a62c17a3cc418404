#include <filesystem>

#include <gtest/gtest.h>

#include "base/testing/files.hpp"
#include "base/testing/source_directory.hpp"
#include "config/configuration.hpp"
#include "config/testing/file_map.hpp"

namespace vacuum {
namespace {

TEST(ExamplesTest, OurExampleIsAcceptedWithoutAnyFinding) {
  const std::filesystem::path examples = source_directory() / "examples";
  FileMap disk;
  disk.files["/etc/vcycle.conf"] = content_of(examples / "vcycle.conf");
  disk.files["/etc/vcycle/password"] = "geheim\n";
  disk.files["/etc/vcycle/user_data"] = content_of(examples / "user_data");
  const auto configuration = load_configuration(disk.sources());
  EXPECT_EQ(shown(configuration), "");
  ASSERT_EQ(configuration.spaces.size(), 1u);
  EXPECT_TRUE(configuration.spaces[0].usable);
  EXPECT_EQ(configuration.spaces[0].settings.machinetypes.size(), 2u);
}

/// The examples that came with Vcycle, as they were published: "LINE SEVERITY OPTION" of each finding.
class PublishedExamplesTest
    : public testing::TestWithParam<std::pair<const char*, std::vector<std::string>>> {};

TEST_P(PublishedExamplesTest, AreReadButForWhatComesFromUrls) {
  const auto& [name, expected] = GetParam();
  const std::filesystem::path path = source_directory() / "../shared/realconf/conf" / name;
  if (!std::filesystem::exists(path))
    GTEST_SKIP() << "the published example configurations are not on this machine";
  FileMap disk;
  disk.files["/etc/vcycle.conf"] = content_of(path);
  disk.files["/root/.ssh/id_rsa.pub"] = "ssh-rsa AAAA";
  const auto configuration = load_configuration(disk.sources());
  EXPECT_TRUE(configuration.parsed);
  std::vector<std::string> findings;
  for (const auto& diagnostic : configuration.all_diagnostics()) {
    findings.push_back(fmt::format("{} {} {}", diagnostic.location.line,
                                   diagnostic.severity == Severity::error ? "error" : "warning",
                                   diagnostic.option));
  }
  EXPECT_EQ(findings, expected);
  ASSERT_EQ(configuration.spaces.size(), 1u);
  EXPECT_EQ(std::get<OpenstackOptions>(configuration.spaces[0].cloud).project.name, "Vcycle 01");
  ASSERT_EQ(configuration.spaces[0].settings.machinetypes.size(), 1u);
  EXPECT_EQ(configuration.spaces[0].settings.machinetypes[0].flavors, std::vector{FlavorName("small")});
}

INSTANTIATE_TEST_SUITE_P(
    Vcycle, PublishedExamplesTest,
    testing::Values(std::pair("example.vcycle-0.6.conf",
                              std::vector<std::string>{"21 warning tenancy_name", "23 warning password",
                                                       "31 warning flavor_name", "42 warning x509dn",
                                                       "55 warning log_machineoutputs"}),
                    std::pair("example.vcycle-0.8.conf",
                              std::vector<std::string>{"21 warning tenancy_name", "23 warning password",
                                                       "31 warning flavor_name", "42 warning x509dn",
                                                       "55 warning log_joboutputs"}),
                    std::pair("example.vcycle.conf",
                              std::vector<std::string>{"18 warning url", "21 warning tenancy_name",
                                                       "38 warning processors_per_machine",
                                                       "42 warning flavor_name", "53 warning x509dn",
                                                       "66 warning log_joboutputs"})));

}  // namespace
}  // namespace vacuum
