#pragma once

#include <string>

#include "ports/http_service.hpp"

namespace vacuum::http_server {

/// The status line and the headers of an answer, with the empty line that ends them. Headers that could not
/// be sent as they are (line breaks in them) are left out; the length and the connection's fate are told
/// here, not by the handler.
[[nodiscard]] std::string response_head(const ServedResponse& response, bool keep_alive);

}  // namespace vacuum::http_server
