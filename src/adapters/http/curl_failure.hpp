#pragma once

#include <string>
#include <string_view>

#include <curl/curl.h>

#include "ports/http_client.hpp"

namespace vacuum {

/// What an error of libcurl means for the caller. `request_begun`: the connection stood and the request was
/// going out.
[[nodiscard]] HttpFailureKind failure_kind(CURLcode code, bool request_begun);

/// The URL as messages may show it: without user, password, query and fragment, printable and bounded.
[[nodiscard]] std::string shown_url(std::string_view url);

}  // namespace vacuum
