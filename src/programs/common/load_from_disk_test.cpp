#include "programs/common/load_from_disk.hpp"

#include <sys/stat.h>

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"

namespace vacuum {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSpace =
    "[space a.example.com]\napi = openstack\nurl = https://k.example.com/v3\n"
    "cred_id = id\ncred_secret_file = SECRET\nflavor_names = small\n"
    "[machinetype a.example.com one]\nbackoff_seconds = 1\nfizzle_seconds = 1\n"
    "root_image = image:i\nuser_data = user_data\n";

class DiskConfigurationTest : public testing::Test {
 protected:
  DiskConfigurationTest() {
    places_.state_directory = root_ / "state";
    places_.etc_directory = root_ / "etc";
    write("state/spaces/a.example.com/machinetypes/one/files/user_data", "#!/bin/sh\n");
    write("secret", "geheim\n");
    chmod((root_ / "secret").c_str(), 0600);
    std::string text = kSpace;
    text.replace(text.find("SECRET"), 6, (root_ / "secret").string());
    write("etc/vcycle.conf", text);
  }

  void write(const std::string& path, const std::string& text) { write_file(root_ / path, text); }

  TemporaryDirectory root_;
  DiskPlaces places_;
};

TEST_F(DiskConfigurationTest, ReadsTheFilesOfThisHost) {
  DiskConfiguration disk(places_);
  const auto configuration = disk.load();
  for (const auto& diagnostic : configuration.all_diagnostics()) ADD_FAILURE() << to_string(diagnostic);
  ASSERT_EQ(configuration.spaces.size(), 1u);
  EXPECT_TRUE(configuration.spaces[0].usable);
  EXPECT_EQ(std::get<OpenstackOptions>(configuration.spaces[0].cloud).credential_secret.reveal(), "geheim");
  EXPECT_FALSE(configuration.spaces[0].settings.https_host.empty());
}

TEST_F(DiskConfigurationTest, IsChangedBeforeTheFirstReadAndNotAfterIt) {
  DiskConfiguration disk(places_);
  EXPECT_TRUE(disk.changed());
  (void)disk.load();
  EXPECT_FALSE(disk.changed());
}

TEST_F(DiskConfigurationTest, SeesThatAFileChangedCameOrWent) {
  DiskConfiguration disk(places_);
  const auto expect_change = [&](const char* what) {
    EXPECT_TRUE(disk.changed()) << what;
    (void)disk.load();
    EXPECT_FALSE(disk.changed()) << what;
  };
  (void)disk.load();
  write("secret", "another secret\n");
  expect_change("a secret was changed");
  write("etc/vcycle.d/site.conf", "[space a.example.com]\nprocessors_limit = 5\n");
  expect_change("the first file of a new directory");
  write("etc/vcycle.d/later.conf", "[space a.example.com]\nprocessors_limit = 6\n");
  expect_change("another file in it");
  fs::remove(root_ / "etc/vcycle.d/site.conf");
  expect_change("a file was removed");
  fs::remove(root_ / "state/spaces/a.example.com/machinetypes/one/files/user_data");
  expect_change("a template was removed");
}

TEST_F(DiskConfigurationTest, SaysThatAnybodyCanReadASecret) {
  chmod((root_ / "secret").c_str(), 0644);
  const auto found = DiskConfiguration(places_).load().all_diagnostics();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(to_string(found[0]), testing::HasSubstr("everybody on this host can read"));
}

TEST_F(DiskConfigurationTest, ANamedPipeOrAHugeFileInPlaceOfAConfigurationIsRefused) {
  fs::create_directories(root_ / "etc/vcycle.d");
  ASSERT_EQ(mkfifo((root_ / "etc/vcycle.d/a.conf").c_str(), 0600), 0);
  auto configuration = DiskConfiguration(places_).load();
  EXPECT_FALSE(configuration.parsed);
  EXPECT_THAT(to_string(configuration.diagnostics.at(0)), testing::HasSubstr("it is no plain file"));

  fs::remove(root_ / "etc/vcycle.d/a.conf");
  write("etc/vcycle.d/a.conf", std::string((4u << 20) + 1, '#'));
  configuration = DiskConfiguration(places_).load();
  EXPECT_FALSE(configuration.parsed);
  EXPECT_THAT(to_string(configuration.diagnostics.at(0)), testing::HasSubstr("it is larger than 4 MiB"));
}

}  // namespace
}  // namespace vacuum
