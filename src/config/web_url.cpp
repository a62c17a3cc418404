#include "config/web_url.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace vacuum {
namespace {

constexpr std::size_t kMaxUrlLength = 2000;

bool is_port(std::string_view text) {
  const auto port = parse_integer(text);
  return port && *port >= 1 && *port <= 65535;
}

/// The host of an authority; empty where host or port are no such thing.
std::string_view host_of(std::string_view authority) {
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos || end < 3) return {};
    const auto after = authority.substr(end + 1);
    const bool whole = after.empty() || (after.starts_with(':') && is_port(after.substr(1)));
    return whole ? authority.substr(1, end - 1) : std::string_view();
  }
  const auto colon = authority.find(':');
  if (colon != std::string_view::npos && !is_port(authority.substr(colon + 1))) return {};
  return authority.substr(0, colon);
}

bool is_url_character(unsigned char c) {
  return c > 0x20 && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '\\';
}

}  // namespace

Result<WebUrl, UrlProblem> parse_web_url(std::string_view text) {
  if (text.size() > kMaxUrlLength) return Failure{UrlProblem{"is too long for a URL"}};
  const std::string lower = to_lower(text.substr(0, 8));
  const bool https = lower.starts_with("https://");
  if (!https && !lower.starts_with("http://")) return Failure{UrlProblem{"is no http(s) URL"}};
  if (!std::ranges::all_of(text, is_url_character))
    return Failure{UrlProblem{"holds a character that no URL has"}};
  const std::string_view behind_scheme = text.substr(https ? 8 : 7);
  const std::string_view authority = behind_scheme.substr(0, behind_scheme.find_first_of("/?#"));
  if (authority.find('@') != std::string_view::npos)
    return Failure{UrlProblem{"holds a user name or password"}};
  const std::string_view host = host_of(authority);
  if (host.empty()) return Failure{UrlProblem{"has no valid host and port"}};
  return WebUrl{https ? "https" : "http", std::string(authority), to_lower(host),
                std::string(behind_scheme.substr(authority.size()))};
}

bool is_url(std::string_view text) {
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos || scheme_end == 0) return false;
  return std::ranges::all_of(to_lower(text.substr(0, scheme_end)), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+';
  });
}

}  // namespace vacuum
