#include "adapters/openstack/public_key.hpp"
#include "adapters/openstack/testing/stage.hpp"

namespace vacuum::openstack {
namespace {

// Spec 9: an ed25519 key hung the daemon.
constexpr char kKey[] =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0m5hXm4WJ3v1xkq3nE0m0mQn8oJt0a3F1V5w8bqD8r me@home";
constexpr char kSameKey[] =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0m5hXm4WJ3v1xkq3nE0m0mQn8oJt0a3F1V5w8bqD8r";
const std::string kPairs = kNova + "/os-keypairs";

std::string pairs(std::string_view name, std::string_view key, std::string_view next = "") {
  std::string body =
      R"({"keypairs": [{"keypair": {"name": "other", "public_key": "ssh-rsa AAAAB3NzaC1yc2E="}},
    {"keypair": {"name": ")" +
      std::string(name) + R"(", "public_key": ")" + std::string(key) + R"("}}])";
  if (!next.empty())
    body += R"(, "keypairs_links": [{"rel": "next", "href": ")" + std::string(next) + R"("}])";
  return body + "}";
}

class KeyPairsTest : public Stage {
 protected:
  KeyPairsTest() {
    add_image();
    script_create(202, R"({"server": {"id": "s1"}})");
  }
  auto create_with(const std::string& key) {
    ServerRequest request = server_request();
    request.public_key = key;
    return await(cloud().create(request));
  }
  std::string key_name_sent() {
    return boost::json::parse(sent("POST", kNova + "/servers"))
        .at("server")
        .at("key_name")
        .as_string()
        .c_str();
  }
  const std::string own_name_ = key_pair_name(*parse_public_key(kKey));
};

TEST_F(KeyPairsTest, AreFoundByTheKeyWhateverItsCommentOnAnyPage) {
  http_.answer("GET", kPairs, 200, pairs("no", "ssh-rsa AAAAB3NzaC1yc2EAAAA=", kPairs + "?marker=no"));
  http_.answer("GET", kPairs + "?marker=no", 200,
               pairs("mine", std::string(kSameKey) + " another comment\\n"));
  ASSERT_TRUE(create_with(kKey).ok());
  EXPECT_EQ(key_name_sent(), "mine");
  EXPECT_EQ(http_.count("POST", kPairs), 0);
  ASSERT_TRUE(create_with(kSameKey).ok());
  EXPECT_EQ(http_.count("GET", kPairs), 2) << "two pages, once";
}

TEST_F(KeyPairsTest, AreImportedUnderANameOfTheKeysOwn) {
  http_.answer("GET", kPairs, 200, R"({"keypairs": []})");
  http_.answer("POST", kPairs, 200, "{}");
  ASSERT_TRUE(create_with(kKey).ok());
  EXPECT_EQ(key_name_sent(), own_name_);
  EXPECT_EQ(boost::json::parse(sent("POST", kPairs)).at("keypair").at("public_key"), kSameKey);
}

TEST_F(KeyPairsTest, MayBeImportedByAnotherManagerMeanwhile) {
  http_.answer("GET", kPairs, 200, R"({"keypairs": []})");
  http_.answer("GET", kPairs, 200, pairs(own_name_, kKey));
  http_.answer("POST", kPairs, 409, error_body("conflictingRequest", 409, "Key pair already exists."));
  auto created = create_with(kKey);
  ASSERT_TRUE(created.ok()) << created.error().message;
  EXPECT_EQ(key_name_sent(), own_name_);
}

TEST_F(KeyPairsTest, AreRefusedWhereTheNameStandsForAnotherKey) {
  http_.answer("GET", kPairs, 200, pairs(own_name_, "ssh-rsa AAAAB3NzaC1yc2EAAAA="));
  http_.answer("POST", kPairs, 409, error_body("conflictingRequest", 409, "Key pair already exists."));
  EXPECT_EQ(create_with(kKey).error().decision, CloudDecision::refused);
}

TEST_F(KeyPairsTest, AreLookedForAgainWhenNovaKnowsThemNoMore) {
  http_.answer("GET", kPairs, 200, pairs("mine", kKey));
  http_.reset("POST", kNova + "/servers");
  script_create(400, error_body("badRequest", 400, "Invalid key_name provided."));
  EXPECT_FALSE(create_with(kKey).ok());
  EXPECT_FALSE(create_with(kKey).ok());
  EXPECT_EQ(http_.count("GET", kPairs), 2);
}

TEST(PublicKeyTest, IsAnyTypeThatItsBlobBeginsWith) {
  EXPECT_TRUE(parse_public_key(kKey));
  EXPECT_EQ(parse_public_key(kKey), parse_public_key(kSameKey));
  EXPECT_TRUE(parse_public_key("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ=="));
  EXPECT_TRUE(
      parse_public_key("sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIA=="));
  for (const char* bad :
       {"", "ssh-rsa", "ssh-rsa !!!", "ssh-rsa AAAA",
        "ssh-dss AAAAB3NzaC1yc2EAAAADAQABAAABAQ==", "-----BEGIN OPENSSH PRIVATE KEY-----"}) {
    EXPECT_FALSE(parse_public_key(bad)) << bad;
  }
}

TEST_F(KeyPairsTest, AreRefusedForWhatIsNoPublicKey) {
  EXPECT_EQ(create_with("-----BEGIN OPENSSH PRIVATE KEY-----").error().decision, CloudDecision::refused);
  EXPECT_EQ(http_.count("POST", kPairs), 0);
}

}  // namespace
}  // namespace vacuum::openstack
