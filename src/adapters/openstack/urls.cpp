#include "adapters/openstack/urls.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace vacuum::openstack {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

/// "v2", "v2.1", "v3".
bool is_version(std::string_view segment) {
  return segment.size() >= 2 && segment[0] == 'v' && is_digit(segment[1]) &&
         std::ranges::all_of(segment.substr(1), [](char c) { return is_digit(c) || c == '.'; });
}

/// Up to and with the first version in the path; nothing where there is none.
std::optional<std::string_view> up_to_version(std::string_view url) {
  const auto scheme_end = url.find("://");
  std::size_t slash = url.find('/', scheme_end == std::string_view::npos ? 0 : scheme_end + 3);
  while (slash != std::string_view::npos) {
    const auto end = std::min(url.find('/', slash + 1), url.size());
    if (is_version(url.substr(slash + 1, end - slash - 1))) return url.substr(0, end);
    slash = end < url.size() ? end : std::string_view::npos;
  }
  return std::nullopt;
}

std::string_view before_version(std::string_view url) {
  const auto with_version = up_to_version(url);
  return with_version ? with_version->substr(0, with_version->rfind('/')) : url;
}

}  // namespace

std::string percent_encode(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::string_view without_trailing_slashes(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

std::string keystone_root(std::string_view auth_url) {
  return std::string(before_version(without_trailing_slashes(auth_url))) + "/v3";
}

std::string nova_version_url(std::string_view endpoint) {
  endpoint = without_trailing_slashes(endpoint);
  return std::string(up_to_version(endpoint).value_or(endpoint)) + "/";
}

std::string glance_root(std::string_view endpoint) {
  return std::string(before_version(without_trailing_slashes(endpoint)));
}

std::optional<std::string> next_query(std::string_view link, std::string_view resource) {
  const auto question = link.find('?');
  if (question == std::string_view::npos) return std::nullopt;
  const std::string_view query = link.substr(question, link.find('#') - question);
  const auto is_visible = [](char c) { return c > 0x20 && c < 0x7f; };
  if (!link.substr(0, question).ends_with(resource) || query.size() < 2 ||
      !std::ranges::all_of(query, is_visible)) {
    return std::nullopt;
  }
  return std::string(query);
}

}  // namespace vacuum::openstack
