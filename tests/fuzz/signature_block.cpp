// The end of an image: what a web server calls a signed image is opened before anything of it is known.
#include "base/text.hpp"
#include "fuzz.hpp"
#include "platform/image_signature.hpp"

namespace vacuum::fuzz {

void try_input(std::string_view data) {
  const std::string version = image_version(data);
  require(is_one_line(version) && version.size() <= 100, "a version is one short line");
  const auto block = parse_signature_block(data);
  if (!block) {
    require(is_one_line(block.error().message), "an error is one line");
    return;
  }
  require(is_one_line(block->certificate.subject()), "a name is one line");
  const auto trusted =
      TrustAnchors::from_files({}).verify(block->certificate, {}, CertificatePurpose::any, TimePoint{});
  require(!trusted, "without authorities nothing is trusted");
}

}  // namespace vacuum::fuzz
