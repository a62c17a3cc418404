#include "platform/image_signature.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/text.hpp"
#include "platform/signature_json.hpp"
#include "platform/x509/handles.hpp"

namespace vacuum {
namespace {

using DigestContext = std::unique_ptr<EVP_MD_CTX, x509::FreedBy<EVP_MD_CTX_free>>;
using Digest = std::array<unsigned char, 32>;  // SHA-256

constexpr std::size_t kPieceBytes = 1 << 20;
constexpr std::size_t kVersionLengthMax = 100;
constexpr std::int64_t kPatternMemoryBytes = 1 << 20;
constexpr std::size_t kPatternLengthMax = 1000;

Result<std::string, X509Error> decoded_member(const SignatureMembers& members, const char* name) {
  const auto found = members.find(name);
  if (found == members.end()) {
    return Failure{X509Error{fmt::format("the image's signature block has no \"{}\"", name)}};
  }
  auto decoded = decode_base64(found->second);
  if (!decoded)
    return Failure{X509Error{fmt::format("\"{}\" of the image's signature block is no base64", name)}};
  return std::move(*decoded);
}

bool is_signed_by(const SignatureBlock& block, const Digest& digest) {
  EVP_PKEY* key = X509_get0_pubkey(block.certificate.get());
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) return false;
  const x509::KeyContext context(EVP_PKEY_CTX_new(key, nullptr));
  return context && EVP_PKEY_verify_init(context.get()) == 1 &&
         EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) == 1 &&
         EVP_PKEY_verify(context.get(), reinterpret_cast<const unsigned char*>(block.signature.data()),
                         block.signature.size(), digest.data(), digest.size()) == 1;
}

Result<Digest, X509Error> digest_of(std::uint64_t bytes, const ImageReader& read) {
  const DigestContext context(EVP_MD_CTX_new());
  if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) throw std::bad_alloc();
  std::vector<char> piece(kPieceBytes);
  for (std::uint64_t offset = 0; offset < bytes;) {
    const std::span<char> part(piece.data(), std::min<std::uint64_t>(piece.size(), bytes - offset));
    if (auto done = read(offset, part); !done) return Failure{done.error()};
    EVP_DigestUpdate(context.get(), part.data(), part.size());
    offset += part.size();
  }
  Digest digest{};
  EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
  return digest;
}

}  // namespace

Result<SignatureBlock, X509Error> parse_signature_block(std::string_view block) {
  auto members = read_signature_json(block);
  if (!members) return Failure{members.error()};
  auto pem = decoded_member(*members, "certificate");
  if (!pem) return Failure{pem.error()};
  auto signature = decoded_member(*members, "signature");
  if (!signature) return Failure{signature.error()};
  auto certificates = parse_pem_certificates(*pem);
  if (!certificates) {
    return Failure{
        X509Error{"the certificate in the image's signature block: " + certificates.error().message}};
  }
  return SignatureBlock{certificates->front(), std::move(*signature)};
}

std::string image_version(std::string_view metadata_block) {
  const auto members = read_signature_json(metadata_block);
  if (!members) return {};
  const auto found = members->find("ucernvm-version");
  return found == members->end() ? std::string() : printable(found->second, kVersionLengthMax);
}

struct SigningDnPattern::Compiled {
  explicit Compiled(const std::string& pattern, const RE2::Options& options) : expression(pattern, options) {}
  RE2 expression;
};

Result<SigningDnPattern, X509Error> SigningDnPattern::compile(const std::string& pattern) {
  if (pattern.empty()) return Failure{X509Error{"an empty pattern would admit every signer"}};
  if (pattern.size() > kPatternLengthMax) {
    return Failure{X509Error{fmt::format("the pattern is longer than {} characters", kPatternLengthMax)}};
  }
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(kPatternMemoryBytes);
  auto compiled = std::make_shared<const Compiled>(pattern, options);
  if (!compiled->expression.ok()) {
    return Failure{
        X509Error{fmt::format("is no regular expression (RE2): {}", compiled->expression.error())}};
  }
  return SigningDnPattern(pattern, std::move(compiled));
}

bool SigningDnPattern::matches(std::string_view dn) const {
  return RE2::PartialMatch(re2::StringPiece(dn.data(), dn.size()), compiled_->expression);
}

Result<ImageSigner, X509Error> verify_image(std::uint64_t image_bytes, const ImageReader& read,
                                            const TrustAnchors& anchors, TimePoint now) {
  if (image_bytes <= kImageTrailerBytes) {
    return Failure{X509Error{fmt::format("an image of {} bytes carries no signature", image_bytes)}};
  }
  std::string trailer(kImageTrailerBytes, '\0');
  if (auto done = read(image_bytes - kImageTrailerBytes, trailer); !done) return Failure{done.error()};
  auto block = parse_signature_block(std::string_view(trailer).substr(kSignatureBlockBytes));
  if (!block) return Failure{block.error()};
  // The cheap part first: no image is read for a signer who is not trusted.
  auto trusted = anchors.verify(block->certificate, {}, CertificatePurpose::any, now);
  if (!trusted) return Failure{trusted.error()};
  auto digest = digest_of(image_bytes - kSignatureBlockBytes, read);
  if (!digest) return Failure{digest.error()};
  if (!is_signed_by(*block, *digest)) {
    ERR_clear_error();
    return Failure{
        X509Error{fmt::format("the image's content is not what {} signed", block->certificate.subject())}};
  }
  return ImageSigner{.dn = block->certificate.subject(),
                     .not_before = block->certificate.not_before(),
                     .not_after = block->certificate.not_after(),
                     .version = image_version(std::string_view(trailer).substr(0, kSignatureBlockBytes))};
}

Result<ImageSigner, X509Error> check_image(std::uint64_t image_bytes, const ImageReader& read,
                                           const TrustAnchors& anchors, const SigningDnPattern& pattern,
                                           TimePoint now) {
  auto signer = verify_image(image_bytes, read, anchors, now);
  if (!signer || pattern.matches(signer->dn)) return signer;
  return Failure{X509Error{fmt::format("the image is signed by {}, which {} does not match", signer->dn,
                                       printable(pattern.text()))}};
}

}  // namespace vacuum
