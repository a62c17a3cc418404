#include "programs/vcycle/image_signature_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "base/testing/certificates.hpp"
#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"
#include "base/text.hpp"
#include "platform/image_signature.hpp"

namespace vacuum {
namespace {

using namespace testing;
using ::testing::HasSubstr;

class ImageSignatureCommandTest : public ::testing::Test {
 protected:
  ImageSignatureCommandTest()
      : authority(make_authority("CA")),
        signer(issue(end_entity({{"DC", "ch"}, {"CN", "cvm-sign01.cern.ch"}}), some_rsa_key(), &authority)) {}

  void SetUp() override {
    write_file(directory / "certificates/ca.pem", authority.pem());
    write_file(directory / "image", signed_image());
  }
  [[nodiscard]] std::string signed_image() const {
    std::string image = std::string(100'000, 'i') + R"({"ucernvm-version": "3.6.5"})";
    image.resize(100'000 + kSignatureBlockBytes);
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, signer.key.get());
    std::string signature(256, '\0');
    std::size_t length = signature.size();
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                   reinterpret_cast<const unsigned char*>(image.data()), image.size());
    image += fmt::format(R"({{"certificate": "{}", "signature": "{}"}})", encode_base64(signer.pem()),
                         encode_base64(signature));
    image.resize(100'000 + kImageTrailerBytes);
    return image;
  }
  int look(const std::string& pattern, bool json = false) {
    out.str("");
    errors.str("");
    return run_image_signature({.file = (directory / "image").string(),
                                .ca_directory = (directory / "certificates").string(),
                                .pattern = pattern,
                                .json = json},
                               kCertificateNow, out, errors);
  }

  TestCertificate authority;
  TestCertificate signer;
  TemporaryDirectory directory;
  std::ostringstream out;
  std::ostringstream errors;
};

TEST_F(ImageSignatureCommandTest, TellsWhoSignedAnImageAndThatItIsGood) {
  EXPECT_EQ(look(""), 0) << errors.str();
  EXPECT_EQ(out.str(),
            "signed by  /DC=ch/CN=cvm-sign01.cern.ch\n"
            "valid      2026-09-20T14:13:20Z to 2026-10-21T14:13:20Z\n"
            "version    3.6.5\n"
            "verdict    the signature is good\n");
  EXPECT_EQ(look("/CN=cvm-sign01[.]cern[.]ch$"), 0);
  EXPECT_THAT(out.str(), HasSubstr("and the signer matches"));
}

TEST_F(ImageSignatureCommandTest, FailsWhereTheSignerIsAnother) {
  EXPECT_EQ(look("/CN=somebody$"), 1);
  EXPECT_THAT(errors.str(),
              HasSubstr("is signed by /DC=ch/CN=cvm-sign01.cern.ch, which /CN=somebody$ does not"));
  EXPECT_EQ(look("(", true), 1);
  EXPECT_THAT(errors.str(), HasSubstr("--dn: is no regular expression"));
}

TEST_F(ImageSignatureCommandTest, FailsWhereTheContentIsAnother) {
  std::fstream(directory / "image", std::ios::in | std::ios::out | std::ios::binary).put('x');
  EXPECT_EQ(look("", true), 1);
  EXPECT_THAT(out.str(), HasSubstr(R"("verified":false,"reason":"the image's content is not what)"));
}

TEST_F(ImageSignatureCommandTest, FailsWithoutAnImageOrAuthorities) {
  std::filesystem::remove(directory / "certificates/ca.pem");
  EXPECT_EQ(look(""), 1);
  EXPECT_THAT(errors.str(), HasSubstr("holds no authorities; name another with --ca-directory"));
  std::filesystem::remove(directory / "image");
  EXPECT_EQ(look(""), 1);
  EXPECT_THAT(errors.str(), HasSubstr("image: No such file or directory"));
  std::filesystem::remove(directory / "certificates");
  EXPECT_EQ(look(""), 1);
  EXPECT_THAT(errors.str(), HasSubstr("certificates: No such file or directory"));
}

}  // namespace
}  // namespace vacuum
