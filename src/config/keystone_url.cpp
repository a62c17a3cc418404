#include "config/keystone_url.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace vacuum {
namespace {

constexpr std::size_t kMaxUrlLength = 2000;

bool is_loopback(std::string_view authority) {
  const bool bracketed = authority.starts_with('[');
  const std::string_view host = authority.substr(0, authority.find(bracketed ? ']' : ':'));
  return host == "localhost" || host.starts_with("127.") || host == "[::1";
}

bool is_port(std::string_view text) {
  const auto port = parse_integer(text);
  return port && *port >= 1 && *port <= 65535;
}

bool is_authority(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    const auto rest = text.substr(end + 1);
    return rest.empty() || (rest.starts_with(':') && is_port(rest.substr(1)));
  }
  const auto colon = text.find(':');
  return colon != 0 && !text.empty() && (colon == std::string_view::npos || is_port(text.substr(colon + 1)));
}

bool is_url_character(unsigned char c) {
  return c > 0x20 && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '\\';
}

}  // namespace

bool is_url(std::string_view text) {
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos || scheme_end == 0) return false;
  return std::ranges::all_of(to_lower(text.substr(0, scheme_end)), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+';
  });
}

Result<KeystoneUrl, UrlProblem> parse_keystone_url(std::string_view text) {
  if (text.size() > kMaxUrlLength) return Failure{UrlProblem{"is too long for a URL"}};
  const std::string lower = to_lower(text);
  const bool https = lower.starts_with("https://");
  if (!https && !lower.starts_with("http://")) return Failure{UrlProblem{"is no http(s) URL"}};
  if (!std::ranges::all_of(text, is_url_character))
    return Failure{UrlProblem{"holds a character that no URL has"}};
  const std::size_t authority_begin = https ? 8 : 7;
  const std::string_view rest = text.substr(authority_begin);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.find('@') != std::string_view::npos)
    return Failure{UrlProblem{"holds a user name or password"}};
  if (rest.find_first_of("?#") != std::string_view::npos)
    return Failure{UrlProblem{"has a query or a fragment"}};
  if (!is_authority(authority)) return Failure{UrlProblem{"has no valid host and port"}};

  KeystoneUrl parsed;
  parsed.is_clear_text = !https && !is_loopback(authority);
  std::string_view path = rest.substr(authority.size());
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.ends_with("/v2.0") || path.ends_with("/v2")) {
    parsed.was_version_2 = true;
    path = path.substr(0, path.rfind('/'));
  } else if (path.ends_with("/v3")) {
    path.remove_suffix(3);
  }
  parsed.url =
      std::string(https ? "https://" : "http://") + std::string(authority) + std::string(path) + "/v3";
  return parsed;
}

}  // namespace vacuum
