#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "platform/x509/x509_error.hpp"

namespace vacuum {

/// The members of a block's JSON object whose values are texts.
using SignatureMembers = std::map<std::string, std::string>;

/// Reads a NUL padded block of the end of an image. Published images have commas too many at the end of lists
/// and miss some between texts; both are mended.
[[nodiscard]] Result<SignatureMembers, X509Error> read_signature_json(std::string_view block);

}  // namespace vacuum
