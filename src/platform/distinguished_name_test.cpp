#include "platform/distinguished_name.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include "base/testing/certificates.hpp"
#include "base/text.hpp"
#include "platform/x509/certificate.hpp"
#include "platform/x509/slash_form.hpp"

namespace vacuum {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string slash(const testing::TestName& parts) {
  const std::unique_ptr<X509_NAME, void (*)(X509_NAME*)> name(X509_NAME_new(), X509_NAME_free);
  testing::append_to_name(name.get(), parts);
  return x509::slash_form(name.get());
}

TEST(DistinguishedNameTest, ComponentsBeginWhereASlashComesBeforeATypeAndAnEqualsSign) {
  EXPECT_THAT(dn_components("/DC=ch/DC=cern/CN=host/vm1.cern.ch"),
              ElementsAre("DC=ch", "DC=cern", "CN=host/vm1.cern.ch"));
  EXPECT_THAT(dn_components("/C=UK/O=a//CN=b/1.2.3=c"), ElementsAre("C=UK", "O=a/", "CN=b", "1.2.3=c"));
}

TEST(DistinguishedNameTest, TextThatIsNoNameHasNoComponents) {
  for (const char* text : {"", "/", "CN=a", "/a", "CN=a,DC=b", "//CN=a", "/=a"}) {
    EXPECT_THAT(dn_components(text), IsEmpty()) << text;
  }
}

TEST(DistinguishedNameTest, AConfiguredNameAdmitsItselfAndWhatIsBelowIt) {
  EXPECT_TRUE(dn_matches("/DC=com/DC=example/DC=vms", "/DC=com/DC=example/DC=vms"));
  EXPECT_TRUE(dn_matches("/DC=com/DC=example/DC=vms", "/DC=com/DC=example/DC=vms/CN=pilot"));
}

TEST(DistinguishedNameTest, ANameThatMerelyBeginsAlikeIsNotAdmitted) {
  EXPECT_FALSE(dn_matches("/DC=com/DC=example/DC=vms", "/DC=com/DC=example/DC=vms2"));
  EXPECT_FALSE(dn_matches("/DC=com/DC=example/CN=vm", "/DC=com/DC=example/CN=vm/1"));
  EXPECT_FALSE(dn_matches("/DC=com/DC=example/CN=a", "/DC=com/DC=example"));
  EXPECT_FALSE(dn_matches("/DC=com/CN=a", "/DC=COM/CN=a"));
}

TEST(DistinguishedNameTest, ALastSlashOfTheConfiguredNameIsOfNoAccount) {
  EXPECT_TRUE(dn_matches("/DC=com/DC=example/", "/DC=com/DC=example/CN=a"));
  EXPECT_TRUE(dn_matches("/DC=com/DC=example/", "/DC=com/DC=example"));
  EXPECT_FALSE(dn_matches("/DC=com/DC=example/", "/DC=com/DC=example2/CN=a"));
}

TEST(DistinguishedNameTest, NothingConfiguredAdmitsNobody) {
  for (const char* configured : {"", "/", "//", " ", "DC=com", "example"}) {
    EXPECT_FALSE(dn_matches(configured, "/DC=com/CN=a")) << configured;
  }
}

TEST(DistinguishedNameTest, AllSpellingsOfATypeAreTheSame) {
  EXPECT_TRUE(dn_matches("/O=x/Email=a@b", "/O=x/emailAddress=a@b"));
  EXPECT_TRUE(dn_matches("/O=x/E=a@b", "/O=x/emailAddress=a@b"));
  EXPECT_TRUE(dn_matches("/O=x/USERID=me", "/O=x/UID=me"));
  EXPECT_TRUE(dn_matches("/o=x/s=Here", "/O=x/ST=Here"));
  EXPECT_FALSE(dn_matches("/O=x/UID=me", "/O=x/CN=me"));
}

TEST(SlashFormTest, ShowsNamesAsGridToolsDo) {
  EXPECT_EQ(slash({{"C", "UK"}, {"O", "eScience"}, {"CN", "host/a.example.org"}, {"emailAddress", "a@b"}}),
            "/C=UK/O=eScience/CN=host/a.example.org/emailAddress=a@b");
  EXPECT_EQ(slash({{"DC", "org"}, {"UID", "me"}, {"CN", "Robot: vacuum"}}),
            "/DC=org/UID=me/CN=Robot: vacuum");
  EXPECT_EQ(
      slash({{"C", "US"}, {"ST", "Utah"}, {"L", "Lehi"}, {"O", "Example, Inc."}, {"CN", "www.example.org"}}),
      "/C=US/ST=Utah/L=Lehi/O=Example, Inc./CN=www.example.org");
}

TEST(SlashFormTest, AValueCannotPretendToBeFurtherComponents) {
  EXPECT_EQ(slash({{"DC", "x"}, {"CN", "a/CN=b"}}), R"(/DC=x/CN=a\x2FCN=b)");
  EXPECT_EQ(slash({{"DC", "x"}, {"CN", R"(a\x2FCN=b)"}}), R"(/DC=x/CN=a\x5Cx2FCN=b)");
  EXPECT_EQ(slash({{"CN", "a\nb\xC3\xA9"}}), R"(/CN=a\x0Ab\xC3\xA9)");
}

TEST(SlashFormTest, PartsOfOneComponentAreJoinedByPlus) {
  const std::unique_ptr<X509_NAME, void (*)(X509_NAME*)> name(X509_NAME_new(), X509_NAME_free);
  testing::append_to_name(name.get(), {{"DC", "x"}, {"CN", "a"}});
  X509_NAME_add_entry_by_txt(name.get(), "UID", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>("b"), 1,
                             -1, -1);
  EXPECT_EQ(x509::slash_form(name.get()), "/DC=x/CN=a+UID=b");
}

rc::Gen<std::string> hostile_value() {
  return rc::gen::container<std::string>(rc::gen::elementOf(std::string("/=+\\ aCNx2F5.")));
}

testing::TestName random_name(const std::vector<std::pair<bool, std::string>>& parts) {
  testing::TestName name;
  for (const auto& [is_cn, value] : parts) {
    if (!value.empty() && value.size() <= 60) name.emplace_back(is_cn ? "CN" : "O", value);
  }
  return name;
}

RC_GTEST_PROP(SlashFormTest, HasAsManyComponentsAsTheNameWhateverTheValues, ()) {
  const auto parts = *rc::gen::container<std::vector<std::pair<bool, std::string>>>(
      rc::gen::pair(rc::gen::arbitrary<bool>(), hostile_value()));
  const auto name = random_name(parts);
  RC_ASSERT(dn_components(slash(name)).size() == name.size());
}

RC_GTEST_PROP(SlashFormTest, DifferentNamesReadDifferently, ()) {
  const auto random_parts = rc::gen::container<std::vector<std::pair<bool, std::string>>>(
      rc::gen::pair(rc::gen::arbitrary<bool>(), hostile_value()));
  const auto one = random_name(*random_parts);
  const auto other = random_name(*random_parts);
  RC_ASSERT((one == other) == (slash(one) == slash(other)));
}

RC_GTEST_PROP(DistinguishedNameTest, OnlyNamesThatHaveAllConfiguredComponentsMatch, ()) {
  const auto random_parts = rc::gen::container<std::vector<std::pair<bool, std::string>>>(
      rc::gen::pair(rc::gen::arbitrary<bool>(), hostile_value()));
  const auto wanted = random_name(*random_parts);
  auto given = random_name(*random_parts);
  if (*rc::gen::arbitrary<bool>()) given.insert(given.begin(), wanted.begin(), wanted.end());
  const bool begins = !wanted.empty() && wanted.size() <= given.size() &&
                      std::equal(wanted.begin(), wanted.end(), given.begin());
  const bool ends_with_slash = !wanted.empty() && wanted.back().second.ends_with('/');
  RC_PRE(!ends_with_slash);
  RC_ASSERT(dn_matches(slash(wanted), slash(given)) == begins);
}

}  // namespace
}  // namespace vacuum
