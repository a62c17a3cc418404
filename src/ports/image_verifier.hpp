#pragma once

#include <string>

#include "base/time.hpp"
#include "ports/image_cache.hpp"

namespace vacuum {

/// Checks the signatures of images (spec 6, CernVM).
class ImageVerifier {
 public:
  virtual ~ImageVerifier() = default;
  /// Answers who signed the image, or why it is not to be used: it carries no good signature by a signer
  /// whose DN `signing_dn`, a regular expression, matches.
  [[nodiscard]] virtual ImageInspection signed_by(std::string signing_dn, TimePoint now) = 0;
};

}  // namespace vacuum
