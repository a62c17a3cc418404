#include "adapters/http_server/response_text.hpp"

#include <fmt/format.h>
#include <boost/beast/http/status.hpp>

#include "base/text.hpp"

namespace vacuum::http_server {
namespace {

bool may_be_sent(const std::string& name, const std::string& value) {
  constexpr std::string_view kBreaks("\r\n\0", 3);
  if (name.empty() || name.find_first_of(kBreaks) != std::string::npos) return false;
  if (value.find_first_of(kBreaks) != std::string::npos || name.find_first_of(": \t") != std::string::npos)
    return false;
  const std::string lower = to_lower(name);
  return lower != "content-length" && lower != "connection" && lower != "transfer-encoding";
}

}  // namespace

std::string response_head(const ServedResponse& response, bool keep_alive) {
  const auto reason = boost::beast::http::obsolete_reason(
      boost::beast::http::int_to_status(static_cast<unsigned>(response.status)));
  std::string head =
      fmt::format("HTTP/1.1 {} {}\r\n", response.status, std::string_view(reason.data(), reason.size()));
  for (const auto& [name, value] : response.headers)
    if (may_be_sent(name, value)) fmt::format_to(std::back_inserter(head), "{}: {}\r\n", name, value);
  const bool bodiless = response.status == 204 || response.status == 304 || response.status < 200;
  if (!bodiless) fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", response.body.size());
  fmt::format_to(std::back_inserter(head), "Connection: {}\r\n\r\n", keep_alive ? "keep-alive" : "close");
  return head;
}

}  // namespace vacuum::http_server
