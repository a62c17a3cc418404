#pragma once

#include <string>

#include "base/result.hpp"

namespace vacuum {

/// Gets a small text by http or https for a command that does nothing else meanwhile: at most `max_bytes`,
/// within 30 s, TLS verified. The error is for people.
[[nodiscard]] Result<std::string, std::string> fetch_text(const std::string& url, std::size_t max_bytes);

}  // namespace vacuum
