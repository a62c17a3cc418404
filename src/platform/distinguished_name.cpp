#include "platform/distinguished_name.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace vacuum {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// A component with its type as all its spellings are compared.
std::string comparable(std::string_view component) {
  const auto equals = component.find('=');
  std::string type = to_lower(component.substr(0, equals));
  if (type == "email" || type == "e") type = "emailaddress";
  if (type == "userid") type = "uid";
  if (type == "s") type = "st";
  return type.append(component.substr(equals));
}

bool begins_with_components(std::string_view dn, std::string_view start) {
  const auto wanted = dn_components(start);
  const auto given = dn_components(dn);
  if (wanted.empty() || wanted.size() > given.size()) return false;
  return std::equal(wanted.begin(), wanted.end(), given.begin(), [](const auto& left, const auto& right) {
    return comparable(left) == comparable(right);
  });
}

}  // namespace

bool begins_attribute(std::string_view text) {
  if (text.empty() || !(is_letter(text.front()) || is_digit(text.front()))) return false;
  const bool named = is_letter(text.front());
  const auto end = std::ranges::find_if_not(text, [named](char c) {  // stops early: names are hostile text
    return is_digit(c) || (named ? is_letter(c) || c == '-' : c == '.');
  });
  return end != text.end() && *end == '=';
}

std::vector<std::string> dn_components(std::string_view dn) {
  std::vector<std::string> components;
  if (!dn.starts_with('/') || !begins_attribute(dn.substr(1))) return components;
  std::size_t start = 1;
  for (std::size_t slash = dn.find('/', 1); slash != std::string_view::npos;
       slash = dn.find('/', slash + 1)) {
    if (!begins_attribute(dn.substr(slash + 1))) continue;
    components.emplace_back(dn.substr(start, slash - start));
    start = slash + 1;
  }
  components.emplace_back(dn.substr(start));
  return components;
}

bool dn_matches(std::string_view configured, std::string_view client_dn) {
  if (begins_with_components(client_dn, configured)) return true;
  // Vcycle compared texts: some sites wrote a last slash, so that no longer value matched.
  return configured.ends_with('/') &&
         begins_with_components(client_dn, configured.substr(0, configured.size() - 1));
}

}  // namespace vacuum
