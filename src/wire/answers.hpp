#pragma once

#include <string>
#include <string_view>

#include "ports/http_service.hpp"

namespace vacuum::wire {

/// Plain text, status 200.
[[nodiscard]] ServedResponse text_answer(std::string text);
/// A status and a sentence for the human behind the client.
[[nodiscard]] ServedResponse words(int status, std::string_view sentence);
/// 404 with an empty body (spec 7).
[[nodiscard]] ServedResponse nothing_there();
/// 405, naming what is allowed.
[[nodiscard]] ServedResponse only(std::string_view methods);
/// JSON, status 200.
[[nodiscard]] ServedResponse json_answer(std::string text);

/// The first header of that name, regardless of case; empty where there is none.
[[nodiscard]] std::string_view header_of(const ServedRequest& request, std::string_view name);

}  // namespace vacuum::wire
