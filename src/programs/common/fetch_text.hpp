#pragma once

#include <string>

#include "adapters/http/curl_client.hpp"
#include "base/result.hpp"

namespace vacuum {

/// For what experiments publish: their servers are no clouds of ours, and may have certificates of the IGTF,
/// whose authorities are in `ca_directory` where that is there.
[[nodiscard]] CurlClientOptions fetching_options(const std::string& ca_directory);

/// Gets a small text as the daemon does, for a command that does nothing else meanwhile. The error is for
/// people.
[[nodiscard]] Result<std::string, std::string> fetch_text(const std::string& url, std::size_t max_bytes,
                                                          const std::string& ca_directory);

}  // namespace vacuum
