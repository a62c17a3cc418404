#pragma once

#include <string>

#include "ports/image_verifier.hpp"

namespace vacuum {

/// ImageVerifier for CernVM's signatures, by the authorities of a directory, which is read for each image.
class CernvmVerifier final : public ImageVerifier {
 public:
  explicit CernvmVerifier(std::string ca_directory) : ca_directory_(std::move(ca_directory)) {}

  [[nodiscard]] ImageInspection signed_by(std::string signing_dn, TimePoint now) override;

 private:
  std::string ca_directory_;
};

}  // namespace vacuum
