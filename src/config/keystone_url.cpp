#include "config/keystone_url.hpp"

namespace vacuum {
namespace {

bool is_loopback(std::string_view host) {
  return host == "localhost" || host.starts_with("127.") || host == "::1";
}

}  // namespace

Result<KeystoneUrl, UrlProblem> parse_keystone_url(std::string_view text) {
  const auto url = parse_web_url(text);
  if (!url) return Failure{url.error()};
  if (url->rest.find_first_of("?#") != std::string::npos)
    return Failure{UrlProblem{"has a query or a fragment"}};

  KeystoneUrl parsed;
  parsed.is_clear_text = url->scheme == "http" && !is_loopback(url->host);
  std::string_view path = url->rest;
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.ends_with("/v2.0") || path.ends_with("/v2")) {
    parsed.was_version_2 = true;
    path = path.substr(0, path.rfind('/'));
  } else if (path.ends_with("/v3")) {
    path.remove_suffix(3);
  }
  parsed.url = url->scheme + "://" + url->authority + std::string(path) + "/v3";
  return parsed;
}

}  // namespace vacuum
