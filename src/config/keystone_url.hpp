#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/web_url.hpp"

namespace vacuum {

struct KeystoneUrl {
  std::string url;             ///< ends in /v3, without a slash after it
  bool was_version_2 = false;  ///< the admin asked for /v2.0, which is gone
  bool is_clear_text = false;  ///< http to another host: credentials can be read on the way
};

/// Reads the URL of an identity service in any form that is in use: with /v3, with /v2.0, or without a
/// version.
[[nodiscard]] Result<KeystoneUrl, UrlProblem> parse_keystone_url(std::string_view text);

}  // namespace vacuum
