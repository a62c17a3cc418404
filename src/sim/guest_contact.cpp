#include "sim/guest_contact.hpp"

#include <optional>

#include "base/text.hpp"

namespace vacuum::sim {
namespace {

constexpr std::string_view kTokenCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";
constexpr std::string_view kUrlEnds = " \t\r\n\"'`<>()[]{},;|\\";

std::string_view without_slashes(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

bool is_url(std::string_view text) {
  return (text.starts_with("https://") || text.starts_with("http://")) &&
         text.find_first_of(kUrlEnds) == std::string_view::npos;
}

/// The first URL of the text that ends in "/LAST".
std::string find_url(std::string_view text, std::string_view last) {
  for (auto at = text.find("http"); at != std::string_view::npos; at = text.find("http", at + 1)) {
    const std::string_view rest = text.substr(at);
    const std::string_view url = without_slashes(rest.substr(0, rest.find_first_of(kUrlEnds)));
    if (is_url(url) && url.ends_with(last) && url.substr(0, url.size() - last.size()).ends_with('/'))
      return std::string(url);
  }
  return {};
}

/// What stands behind the first `word` and the characters that part it from its value.
std::optional<std::string> value_behind(std::string_view text, std::string_view lower, std::string_view word,
                                        std::string_view between) {
  for (auto at = lower.find(word); at != std::string_view::npos; at = lower.find(word, at + 1)) {
    const std::string_view rest = text.substr(at + word.size());
    const auto begin = rest.find_first_not_of(between);
    if (begin == 0 || begin == std::string_view::npos) continue;
    const std::string_view value = rest.substr(begin);
    const std::string_view token = value.substr(0, value.find_first_not_of(kTokenCharacters));
    if (!token.empty()) return std::string(token);
  }
  return std::nullopt;
}

std::string metadata_url(const std::vector<std::pair<std::string, std::string>>& metadata,
                         std::string_view key) {
  for (const auto& [name, value] : metadata)
    if (name == key && is_url(value)) return std::string(without_slashes(value));
  return {};
}

}  // namespace

GuestContact read_contact(std::string_view user_data,
                          const std::vector<std::pair<std::string, std::string>>& metadata) {
  const auto url = [&](std::string_view name) {
    std::string found = find_url(user_data, name);
    return found.empty() ? metadata_url(metadata, name) : found;
  };
  GuestContact contact{url("machinefeatures"), url("jobfeatures"), url("joboutputs"), {}};
  const std::string lower = to_lower(user_data);
  auto token = value_behind(user_data, lower, "joboutputs_token", "=:\"' \t");
  if (!token) token = value_behind(user_data, lower, "bearer", " ");
  if (token) contact.token = Secret(std::move(*token));
  return contact;
}

}  // namespace vacuum::sim
