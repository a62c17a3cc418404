#pragma once

#include <ostream>
#include <string>

#include "base/time.hpp"

namespace vacuum {

struct ImageSignatureOptions {
  std::string file;
  std::string ca_directory = "/etc/grid-security/certificates";
  std::string pattern;  ///< of cernvm_signing_dn; empty: any signer that the authorities vouch for
  bool json = false;
};

/// `vcycle image-signature FILE`: who signed the image, and whether it would be used. Answers the exit
/// status: 0 where it would, else 1, with the reason on `errors`.
int run_image_signature(const ImageSignatureOptions& options, TimePoint now, std::ostream& out,
                        std::ostream& errors);

}  // namespace vacuum
