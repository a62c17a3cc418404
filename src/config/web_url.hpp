#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace vacuum {

struct WebUrl {
  std::string scheme;     ///< http or https
  std::string authority;  ///< HOST, HOST:PORT or [IPv6 address]:PORT, as written
  std::string host;       ///< in lower case, without brackets and port
  std::string rest;       ///< path, query and fragment, as written; may be empty
};

struct UrlProblem {
  std::string message;  ///< does not quote the URL: it may hold a password
};

/// Reads an http or https URL. One with a user name or with characters that no URL has is refused.
[[nodiscard]] Result<WebUrl, UrlProblem> parse_web_url(std::string_view text);

/// Whether a text is meant as a URL of any scheme: SCHEME://…
[[nodiscard]] bool is_url(std::string_view text);

}  // namespace vacuum
