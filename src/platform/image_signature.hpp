#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/x509/certificate.hpp"
#include "platform/x509/trust_anchors.hpp"
#include "platform/x509/x509_error.hpp"

namespace vacuum {

/// The end of a signed image (spec 6): a block of metadata, then one with the signature, each JSON filled up
/// with NULs. The signature covers all bytes but its own block.
inline constexpr std::size_t kSignatureBlockBytes = 32 * 1024;
inline constexpr std::size_t kImageTrailerBytes = 2 * kSignatureBlockBytes;

/// What a signature block holds.
struct SignatureBlock {
  Certificate certificate;  ///< of the signer
  std::string signature;    ///< RSA with SHA-256, in bytes
};

/// Reads the last kSignatureBlockBytes of an image. The known faults of published images' JSON (commas that
/// are missing or too many in "howto-verify") are tolerated: the signature, not the JSON, is what is trusted.
[[nodiscard]] Result<SignatureBlock, X509Error> parse_signature_block(std::string_view block);

/// "ucernvm-version" of the metadata block, made printable; empty where there is none.
[[nodiscard]] std::string image_version(std::string_view metadata_block);

/// The regular expression of cernvm_signing_dn. It is looked for anywhere in the DN, as in Vcycle: '$' and
/// '^' are for the admin to write. Of RE2's kind: takes no more than linear time, knows no back references.
class SigningDnPattern {
 public:
  static Result<SigningDnPattern, X509Error> compile(const std::string& pattern);
  [[nodiscard]] bool matches(std::string_view dn) const;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  struct Compiled;
  SigningDnPattern(std::string text, std::shared_ptr<const Compiled> compiled)
      : text_(std::move(text)), compiled_(std::move(compiled)) {}
  std::string text_;
  std::shared_ptr<const Compiled> compiled_;
};

/// Reads the whole of `into` from `offset` of the image, or answers why it cannot.
using ImageReader = std::function<Result<Done, X509Error>(std::uint64_t offset, std::span<char> into)>;

/// Who signed an image.
struct ImageSigner {
  std::string dn;  ///< in slash form
  TimePoint not_before{};
  TimePoint not_after{};
  std::string version;  ///< of the image, by its metadata; may be empty
};

/// Whether the image carries a signature over its content, by a certificate that `anchors` vouch for at
/// `now`. Reads all of it, in pieces; blocks as long as `read` does.
[[nodiscard]] Result<ImageSigner, X509Error> verify_image(std::uint64_t image_bytes, const ImageReader& read,
                                                          const TrustAnchors& anchors, TimePoint now);

/// verify_image(), and that the signer's DN is one that the site accepts: what an image with
/// cernvm_signing_dn or image_signing_dn has to pass before it is used (spec 9: fail closed).
[[nodiscard]] Result<ImageSigner, X509Error> check_image(std::uint64_t image_bytes, const ImageReader& read,
                                                         const TrustAnchors& anchors,
                                                         const SigningDnPattern& pattern, TimePoint now);

}  // namespace vacuum
