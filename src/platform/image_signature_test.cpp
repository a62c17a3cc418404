#include "platform/image_signature.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include <fmt/format.h>

#include "base/testing/certificates.hpp"
#include "base/text.hpp"

namespace vacuum {
namespace {

using namespace testing;
using ::testing::HasSubstr;

constexpr TimePoint kNow = kCertificateNow;
constexpr std::size_t kContentBytes = 3'000'001;  // more than two of the pieces that are read at once

std::string padded(std::string block) {
  block.resize(kSignatureBlockBytes, '\0');
  return block;
}

std::string sha256_rsa(const TestKey& key, const std::string& content) {
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get());
  std::size_t length = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(content.data());
  EVP_DigestSign(context.get(), nullptr, &length, bytes, content.size());
  std::string signature(length, '\0');
  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, bytes,
                 content.size());
  return signature;
}

ImageReader reader_of(const std::string& image) {
  return [&image](std::uint64_t offset, std::span<char> into) -> Result<Done, X509Error> {
    if (offset + into.size() > image.size()) return Failure{X509Error{"the image is cut short"}};
    std::copy_n(image.begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
    return Done{};
  };
}

/// An authority, a signer with an RSA key, and images that the signer signs.
class ImageSignatureTest : public ::testing::Test {
 protected:
  ImageSignatureTest()
      : authority(make_authority("CA")),
        signer(issue(end_entity({{"DC", "ch"}, {"DC", "cern"}, {"CN", "cvm-sign01.cern.ch"}}), some_rsa_key(),
                     &authority)) {}

  [[nodiscard]] std::string block_json(const std::string& signature) const {
    return fmt::format(R"({{
  "certificate": "{}",
  "signature": "{}",
  "howto-verify": [ "take the last 32 KiB off", "openssl dgst -sha256 -verify" ]
}})",
                       encode_base64(signer.pem()), encode_base64(signature));
  }
  [[nodiscard]] std::string signed_part() const {
    return std::string(kContentBytes, 'i') + padded(R"({"ucernvm-version": "3.6.5", "branch": "HEAD",
})");
  }
  [[nodiscard]] std::string signed_image() const {
    return signed_part() + padded(block_json(sha256_rsa(signer.key, signed_part())));
  }
  [[nodiscard]] TrustAnchors anchors() const {
    return TrustAnchors::from_files({{"ca.pem", authority.pem()}});
  }

  [[nodiscard]] std::string verdict(const std::string& image, TimePoint now = kNow) const {
    const auto found = verify_image(image.size(), reader_of(image), anchors(), now);
    return found ? found->dn : found.error().message;
  }

  TestCertificate authority;
  TestCertificate signer;
};

TEST_F(ImageSignatureTest, ASignedImageTellsItsSigner) {
  const std::string image = signed_image();
  const auto found = verify_image(image.size(), reader_of(image), anchors(), kNow);
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(found->dn, "/DC=ch/DC=cern/CN=cvm-sign01.cern.ch");
  EXPECT_EQ(found->version, "3.6.5");
  EXPECT_EQ(found->not_after, kNow + Seconds{30 * 86400});
}

TEST_F(ImageSignatureTest, OneBitMakesAnotherImage) {
  for (const std::size_t at :
       {std::size_t{0}, kContentBytes / 2, kContentBytes + 1, kContentBytes + 32'767}) {
    std::string image = signed_image();
    image[at] = static_cast<char>(image[at] ^ 1);
    EXPECT_THAT(verdict(image), HasSubstr("the image's content is not what")) << at;
  }
}

TEST_F(ImageSignatureTest, AnImageWithoutASignatureDoesNotVerify) {
  EXPECT_THAT(verdict(""), HasSubstr("0 bytes carries no signature"));
  EXPECT_THAT(verdict(std::string(kImageTrailerBytes, 'x')), HasSubstr("carries no signature"));
  EXPECT_THAT(verdict(std::string(kImageTrailerBytes + 1, 'x')), HasSubstr("are no JSON object"));
  EXPECT_THAT(verdict(std::string(kImageTrailerBytes + 1, '\0')), HasSubstr("are empty"));
  EXPECT_THAT(verdict(signed_part() + padded("[1]")), HasSubstr("are no JSON object"));
  EXPECT_THAT(verdict(signed_part() + padded(R"({"signature": "aa"})")), HasSubstr(R"(no "certificate")"));
  EXPECT_THAT(verdict(signed_part() + padded(R"({"certificate": "%%", "signature": "aa"})")),
              HasSubstr("no base64"));
  EXPECT_THAT(verdict(signed_part() + padded(R"({"certificate": "eHh4", "signature": "aa"})")),
              HasSubstr("there is no certificate"));
}

TEST_F(ImageSignatureTest, ASignatureOfAnotherImageOrKeyDoesNotVerify) {
  EXPECT_THAT(verdict(signed_part() + padded(block_json(sha256_rsa(signer.key, "another")))),
              HasSubstr("is not what"));
  EXPECT_THAT(verdict(signed_part() + padded(block_json(sha256_rsa(make_rsa_key(), signed_part())))),
              HasSubstr("is not what"));
  EXPECT_THAT(verdict(signed_part() + padded(block_json(""))), HasSubstr("is not what"));
}

TEST_F(ImageSignatureTest, TheSignersCertificateMustBeTrustedAndValid) {
  const std::string image = signed_image();
  EXPECT_THAT(verdict(image, kNow + Seconds{31 * 86400}), HasSubstr("has expired"));
  const auto stranger = TrustAnchors::from_files({{"ca.pem", make_authority("Other").pem()}});
  EXPECT_THAT(verify_image(image.size(), reader_of(image), stranger, kNow).error().message,
              HasSubstr("not in the directory of CAs"));
}

TEST_F(ImageSignatureTest, TheSignersNameMustMatchThePattern) {
  const std::string image = signed_image();
  const auto checked = [&](const std::string& pattern) {
    return check_image(image.size(), reader_of(image), anchors(), *SigningDnPattern::compile(pattern), kNow);
  };
  EXPECT_TRUE(checked(R"(/CN=cvm-sign01\.cern\.ch$)").ok());
  EXPECT_THAT(checked(R"(/CN=cvm-sign02\.cern\.ch$)").error().message,
              HasSubstr("is signed by /DC=ch/DC=cern/CN=cvm-sign01.cern.ch, which"));
}

TEST_F(ImageSignatureTest, AReaderThatFailsIsToldInItsOwnWords) {
  const std::string image = signed_image();
  EXPECT_EQ(verify_image(image.size() + 1, reader_of(image), anchors(), kNow).error().message,
            "the image is cut short");
}

TEST_F(ImageSignatureTest, TheJsonOfPublishedImagesIsReadDespiteItsCommas) {
  const std::string signature = sha256_rsa(signer.key, signed_part());
  const std::string without_commas = fmt::format(R"({{
"howto-verify": [
  "openssl rsautl -verify -in <signature>"
  "the name is /CN=cvm-sign01.cern.ch"
  "a \" quote"
],
"certificate": "{}"
"signature": "{}",
}}
)",
                                                 encode_base64(signer.pem()), encode_base64(signature));
  EXPECT_EQ(verdict(signed_part() + padded(without_commas)), "/DC=ch/DC=cern/CN=cvm-sign01.cern.ch");
}

TEST(SigningDnPatternTest, IsLookedForAnywhereUnlessAnchored) {
  const auto pattern = SigningDnPattern::compile("CN=cvm-sign0[12]");
  ASSERT_TRUE(pattern.ok());
  EXPECT_TRUE(pattern->matches("/DC=ch/CN=cvm-sign02.cern.ch"));
  EXPECT_FALSE(pattern->matches("/DC=ch/CN=cvm-sign03.cern.ch"));
}

TEST(SigningDnPatternTest, ANameInsideAValueIsNoMatchForAnAnchoredPattern) {
  const auto authority = make_authority("CA");
  const auto mallory =
      issue(end_entity({{"DC", "ch"}, {"O", "x/CN=cvm-sign01.cern.ch"}}), make_ec_key(), &authority);
  const auto pattern = SigningDnPattern::compile(R"(/CN=cvm-sign01\.cern\.ch$)");
  EXPECT_FALSE(pattern->matches(parse_der_certificate(mallory.der())->subject()));
}

TEST(SigningDnPatternTest, WhatIsNoExpressionIsToldAndTheCostlyStaysCheap) {
  EXPECT_THAT(SigningDnPattern::compile("/CN=(a").error().message, HasSubstr("missing )"));
  EXPECT_THAT(SigningDnPattern::compile("(a)\\1").error().message, HasSubstr("no regular expression"));
  EXPECT_FALSE(SigningDnPattern::compile("").ok());
  EXPECT_FALSE(SigningDnPattern::compile(std::string(1001, 'a')).ok());
  const auto pattern = SigningDnPattern::compile("(a+)+$");
  EXPECT_FALSE(pattern->matches(std::string(100'000, 'a') + "b"));
}

}  // namespace
}  // namespace vacuum
