#include "ports/http_client.hpp"

#include "base/text.hpp"

namespace vacuum {

std::string_view header_value(const HttpHeaders& headers, std::string_view name) {
  const std::string wanted = to_lower(name);
  for (const auto& [key, value] : headers) {
    if (to_lower(key) == wanted) return value;
  }
  return {};
}

}  // namespace vacuum
