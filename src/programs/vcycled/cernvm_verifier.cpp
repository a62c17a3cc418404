#include "programs/vcycled/cernvm_verifier.hpp"

#include "adapters/system/ca_directory.hpp"
#include "platform/image_signature.hpp"

namespace vacuum {
namespace {

Result<std::string, std::string> check(const ImageBytes& image, const std::string& ca_directory,
                                       const std::string& signing_dn, TimePoint now) {
  const auto pattern = SigningDnPattern::compile(signing_dn);
  if (!pattern) return Failure{pattern.error().message};
  const auto directory = read_ca_directory(ca_directory, &TrustAnchors::is_read);
  if (!directory) return Failure{directory.error().message};
  const auto anchors = TrustAnchors::from_files(directory->files);
  const ImageReader reader = [&image](std::uint64_t offset, std::span<char> into) -> Result<Done, X509Error> {
    auto read = image.read(offset, into);
    if (!read) return Failure{X509Error{std::move(read.error())}};
    return Done{};
  };
  const auto signer = check_image(image.size(), reader, anchors, *pattern, now);
  if (!signer) return Failure{signer.error().message};
  return signer->dn;
}

}  // namespace

ImageInspection CernvmVerifier::signed_by(std::string signing_dn, TimePoint now) {
  return [ca_directory = ca_directory_, signing_dn = std::move(signing_dn), now](const ImageBytes& image) {
    return check(image, ca_directory, signing_dn, now);
  };
}

}  // namespace vacuum
