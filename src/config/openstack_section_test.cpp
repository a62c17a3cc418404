#include "config/openstack_section.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "config/testing/file_map.hpp"

namespace vacuum {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kUrl = "url = https://k.example.com/v3\n";

class OpenstackSectionTest : public testing::Test {
 protected:
  OpenstackSectionTest() { disk_.files["/t"] = "#!/bin/sh\n"; }

  /// Loads a space with these lines; its line 3 is the first of them.
  OpenstackOptions load(const std::string& lines) {
    disk_.files["/etc/vcycle.conf"] = "[space a]\napi = openstack\n" + lines +
                                      "[machinetype a one]\nbackoff_seconds = 600\nfizzle_seconds = 300\n"
                                      "flavor_names = small\nroot_image = image:i\nuser_data = /t\n";
    auto sources = disk_.sources();
    sources.environment = environment_;
    sources.home_directory = "/home/me";
    const auto configuration = load_configuration(sources);
    findings_ = shown(configuration);
    EXPECT_THAT(findings_, Not(HasSubstr("geheim")));
    return std::get<OpenstackOptions>(configuration.spaces.at(0).cloud);
  }

  FileMap disk_;
  std::map<std::string, std::string> environment_;
  std::string findings_;
};

TEST_F(OpenstackSectionTest, AllOptionsAreRead) {
  disk_.files["/ca.pem"] = "-----BEGIN CERTIFICATE-----\n";
  const auto options =
      load(std::string(kUrl) +
           "project_name = My Project\ndomain_name = Physics\nusername = me\n"
           "password_base64 = Z2VoZWltCg==\nregion = R1\ninterface = internal\nca_file = /ca.pem\n"
           "security_groups = a b\nnetwork_uuid = 0123456789abcdef0123456789ABCDEF\nglance_api = 2\n"
           "requests_in_flight = 3\nrequests_per_second = 2.5\nrequest_seconds = 20\napi_version = 3.0\n");
  EXPECT_EQ(findings_, "");
  OpenstackOptions expected{.url = "https://k.example.com/v3", .project = {.name = "My Project"}};
  expected.project_domain = expected.user_domain = {.name = "Physics"};
  expected.username = "me";
  expected.password = Secret("geheim");
  expected.region = "R1";
  expected.interface = "internal";
  expected.ca_file = "/ca.pem";
  expected.security_groups = {"a", "b"};
  expected.network_uuid = "0123456789abcdef0123456789ABCDEF";
  expected.requests_in_flight = 3;
  expected.requests_per_second = 2.5;
  expected.request_timeout = Seconds{20};
  EXPECT_EQ(options, expected);
}

TEST_F(OpenstackSectionTest, OldVersionsAreReadAsTheOnesThatAreLeft) {
  const auto options = load(
      "url = https://k.example.com/main/v2.0\nglance_api = 1\napi_version = 2\ntenancy_name = p\n"
      "username = me\npassword = geheim\n");
  EXPECT_EQ(options.url, "https://k.example.com/main/v3");
  EXPECT_EQ(options.project.name, "p");
  EXPECT_EQ(options.password.reveal(), "geheim");
  EXPECT_EQ(findings_,
            "/etc/vcycle.conf:3: warning: [space a] url: asks for version 2 of the identity API, which is "
            "gone; version 3 is "
            "used; end it in /v3\n"
            "/etc/vcycle.conf:4: warning: [space a] glance_api: version 1 of the image API is gone; version "
            "2 is used; remove "
            "the option\n"
            "/etc/vcycle.conf:5: warning: [space a] api_version: version 2 of the identity API is gone; "
            "version 3 is used; "
            "remove the option\n"
            "/etc/vcycle.conf:6: warning: [space a] tenancy_name: is a deprecated name of project_name; "
            "rename it to "
            "project_name\n"
            "/etc/vcycle.conf:8: warning: [space a] password: is deprecated; use password_file or "
            "password_base64\n");
}

TEST_F(OpenstackSectionTest, SecretsComeFromFilesToo) {
  disk_.files["/p"] = "geheim \n";
  EXPECT_EQ(
      load(std::string(kUrl) + "project_name = p\nusername = me\npassword_file = /p\n").password.reveal(),
      "geheim");
  EXPECT_EQ(findings_, "");
  disk_.readable_by_others = {"/p"};
  EXPECT_EQ(load(std::string(kUrl) + "cred_id = i\ncred_secret_file = /p\n").credential_secret.reveal(),
            "geheim");
  EXPECT_EQ(findings_,
            "/etc/vcycle.conf:5: warning: [space a] cred_secret_file: everybody on this host can read /p; "
            "chmod 600 "
            "/p\n");
}

TEST_F(OpenstackSectionTest, ASecretThatCannotBeHadIsAnError) {
  const std::string user = std::string(kUrl) + "project_name = p\nusername = me\n";
  disk_.files["/empty"] = "\n";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"password_file = /none\n", "password_file: /none cannot be read: No such file or directory"},
      {"password_file = none\n", "password_file: is no absolute path"},
      {"password_file = /empty\n", "password_file: /empty is empty"},
      {"password_base64 = geheim!\n", "password_base64: is no Base64 text"},
      {"password_base64 =\n", "password_base64: has no value"},
      {"", "password_file: is missing: there is no password"},
      {"cred_id = i\n", "cred_secret: is missing: cred_id needs it"},
  };
  for (const auto& [line, message] : cases) {
    load(user + line);
    EXPECT_THAT(findings_, HasSubstr("error: [space a] " + message));
    EXPECT_EQ(std::count(findings_.begin(), findings_.end(), '\n'), 1) << findings_;
  }
}

TEST_F(OpenstackSectionTest, OfTwoPasswordsOneIsUsedAndTheOtherWarnedOf) {
  disk_.files["/p"] = "one";
  const auto options = load(std::string(kUrl) +
                            "project_name = p\nusername = me\npassword_file = /p\npassword_base64 = dHdv\n");
  EXPECT_EQ(options.password.reveal(), "one");
  EXPECT_EQ(
      findings_,
      "/etc/vcycle.conf:7: warning: [space a] password_base64: is not used: password_file is given too; keep "
      "one of the two\n");
}

TEST_F(OpenstackSectionTest, WrongValuesAreTold) {
  load(
      "url = https://me:geheim@k.example.com/\ncred_id = i\ncred_secret = s\ninterface = both\nnetwork_uuid "
      "= net-1\n"
      "ca_file = /none\nglance_api = 3\napi_version = 4\n");
  EXPECT_EQ(findings_,
            "/etc/vcycle.conf:3: error: [space a] url: holds a user name or password; write it as "
            "https://HOST:5000/v3\n"
            "/etc/vcycle.conf:6: error: [space a] interface: \"both\" is no interface; write public, "
            "internal or admin\n"
            "/etc/vcycle.conf:7: error: [space a] network_uuid: is neither the id of a network nor none; "
            "look the id up with: "
            "openstack network list\n"
            "/etc/vcycle.conf:8: error: [space a] ca_file: /none cannot be read: No such file or directory; "
            "name a readable "
            "PEM file\n"
            "/etc/vcycle.conf:9: error: [space a] glance_api: 3 is out of bounds; give a number from 1 to 2\n"
            "/etc/vcycle.conf:10: error: [space a] api_version: \"4\" is no version of the identity API; "
            "remove the option\n");
}

TEST_F(OpenstackSectionTest, CredentialsComeFromCloudsYamlAndSecureYaml) {
  disk_.files["./clouds.yaml"] =
      "clouds:\n  site:\n    auth:\n      auth_url: https://k.example.com:5000\n      username: me\n"
      "      project_name: p\n      user_domain_name: Physics\n      project_domain_id: d1\n"
      "    region_name: R1\n    interface: internal\n    cacert: /ca.pem\n";
  disk_.files["/etc/openstack/clouds.yaml"] = "clouds: {site: {auth: {auth_url: https://wrong}}}";
  disk_.files["/home/me/.config/openstack/secure.yaml"] = "clouds: {site: {auth: {password: geheim}}}";
  disk_.files["/ca.pem"] = "-----BEGIN CERTIFICATE-----\n";
  const auto options = load("cloud = site\nregion = R2\n");
  EXPECT_EQ(findings_, "");
  OpenstackOptions expected{.url = "https://k.example.com:5000/v3", .project = {.name = "p"}};
  expected.project_domain = {.id = "d1"};
  expected.user_domain = {.name = "Physics"};
  expected.username = "me";
  expected.password = Secret("geheim");
  expected.region = "R2";
  expected.interface = "internal";
  expected.ca_file = "/ca.pem";
  EXPECT_EQ(options, expected);
}

TEST_F(OpenstackSectionTest, CloudsYamlMayHoldAnApplicationCredential) {
  environment_["OS_CLIENT_CONFIG_FILE"] = "/my/clouds.yaml";
  disk_.files["/my/clouds.yaml"] =
      "clouds:\n  site:\n    auth_type: v3applicationcredential\n    verify: false\n    auth:\n"
      "      auth_url: https://k.example.com/v3\n      application_credential_id: i\n"
      "      application_credential_secret: geheim\n    endpoint_type: adminURL\n";
  const auto options = load("cloud = site\n");
  EXPECT_TRUE(options.uses_application_credential());
  EXPECT_EQ(options.credential_secret.reveal(), "geheim");
  EXPECT_EQ(options.interface, "admin");
  EXPECT_EQ(
      findings_,
      "/etc/vcycle.conf:3: warning: [space a] cloud: site in /my/clouds.yaml has verify: false, which is not "
      "followed: TLS is always verified; give the authority's certificate as cacert or ca_file\n");
}

TEST_F(OpenstackSectionTest, WhatIsWrongWithCloudsYamlIsTold) {
  load("cloud = site\n");
  EXPECT_EQ(findings_,
            "/etc/vcycle.conf:3: error: [space a] cloud: there is no clouds.yaml; write one; looked for are "
            "./clouds.yaml, /home/me/.config/openstack/clouds.yaml, /etc/openstack/clouds.yaml\n");
  disk_.files["./clouds.yaml"] = "clouds:\n  other: {}\n";
  load("cloud = site\n");
  EXPECT_EQ(findings_, "/etc/vcycle.conf:3: error: [space a] cloud: ./clouds.yaml names no cloud \"site\"\n");
  disk_.files["./clouds.yaml"] = "clouds:\n  site:\n    auth: {password: *geheim}\n";
  load("cloud = site\n");
  EXPECT_EQ(
      findings_,
      "/etc/vcycle.conf:3: error: [space a] cloud: ./clouds.yaml:3 is not valid YAML; mend that line\n");
  disk_.files["./clouds.yaml"] = "clouds: {site: {auth_type: v3totp, auth: {auth_url: https://k}}}";
  load("cloud = site\n");
  EXPECT_THAT(findings_, HasSubstr("cloud: site in ./clouds.yaml has auth_type v3totp; use password or"));
}

TEST_F(OpenstackSectionTest, DeeplyNestedYamlIsRefused) {
  disk_.files["./clouds.yaml"] = std::string(200'000, '[');
  load("cloud = site\n");
  EXPECT_THAT(findings_, HasSubstr("is not valid YAML"));
}

TEST_F(OpenstackSectionTest, TheEnvironmentCountsWhereASpaceNamesNoCloud) {
  environment_ = {{"OS_AUTH_URL", "https://k.example.com:5000"},
                  {"OS_USERNAME", "me"},
                  {"OS_PASSWORD", "geheim"},
                  {"OS_PROJECT_NAME", "p"},
                  {"OS_INTERFACE", "admin"},
                  {"OS_REGION_NAME", "R"},
                  {"OS_USER_DOMAIN_NAME", "Default"}};
  auto options = load("");
  EXPECT_EQ(findings_, "");
  EXPECT_EQ(options.url, "https://k.example.com:5000/v3");
  EXPECT_EQ(options.username, "me");
  EXPECT_EQ(options.password.reveal(), "geheim");
  EXPECT_EQ(options.user_domain.name, "Default");
  EXPECT_EQ(options.project_domain.id, "default");

  options = load("url = https://other.example.com/v3\ncred_id = i\ncred_secret = s\n");
  EXPECT_EQ(options.url, "https://other.example.com/v3");
  EXPECT_EQ(options.username, "");

  environment_ = {{"OS_CLOUD", "site"}};
  disk_.files["./clouds.yaml"] =
      "clouds: {site: {auth: {auth_url: https://c, application_credential_id: i, "
      "application_credential_secret: geheim}}}";
  EXPECT_EQ(load("").url, "https://c/v3");
}

RC_GTEST_PROP(CloudsYamlPropertyTest, AnyCloudsYamlIsReadOrRefused, ()) {
  const auto text = *rc::gen::container<std::string>(
      rc::gen::elementOf(std::string("clouds:{}[]-&*!|>'\"\n  ait#%\0\xff", 30)));
  FileMap disk;
  disk.files["./clouds.yaml"] = "clouds: {site: {auth: " + text + "}}\n";
  disk.files["/etc/vcycle.conf"] = "[space a]\napi = openstack\ncloud = site\n";
  RC_ASSERT(!load_configuration(disk.sources()).spaces.at(0).usable);
}

}  // namespace
}  // namespace vacuum
