#include "domain/names.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace vacuum {
namespace {

constexpr std::size_t kNameLengthLimit = 200;

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

template <class Allowed>
bool consists_of(std::string_view text, Allowed allowed) {
  return !text.empty() && text.size() <= kNameLengthLimit && std::ranges::all_of(text, allowed);
}

}  // namespace

bool is_space_name(std::string_view text) {
  return consists_of(text, [](char c) { return is_lower_or_digit(c) || c == '.' || c == '-'; }) &&
         text.front() != '.';
}

bool is_machinetype_name(std::string_view text) {
  return consists_of(text, [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

MachineName make_machine_name(const MachinetypeName& machinetype, std::string_view random) {
  return MachineName{fmt::format("{}{}-{}", kMachineNamePrefix, machinetype, random)};
}

bool is_machine_name(std::string_view text) {
  return text.starts_with(kMachineNamePrefix) && text.size() > kMachineNamePrefix.size() &&
         consists_of(text, [](char c) {
           return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
         });
}

std::optional<MachinetypeName> machinetype_of(const MachineName& name) {
  std::string_view text = name.text();
  constexpr std::size_t kTail = kMachineNameRandomLength + 1;
  if (!is_machine_name(text) || text.size() <= kMachineNamePrefix.size() + kTail) return std::nullopt;
  if (text[text.size() - kTail] != '-') return std::nullopt;
  text.remove_prefix(kMachineNamePrefix.size());
  text.remove_suffix(kTail);
  if (!is_machinetype_name(text)) return std::nullopt;
  return MachinetypeName{std::string(text)};
}

IncarnationId make_incarnation_id(const ManagerName& manager, std::string_view random) {
  return IncarnationId{fmt::format("{}~{}", manager, random)};
}

bool is_incarnation_id(std::string_view text) {
  const std::size_t tilde = text.find('~');
  if (tilde == std::string_view::npos) return false;
  const std::string_view random = text.substr(tilde + 1);
  const auto may_name = [](char c) {
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
  };
  return consists_of(text.substr(0, tilde), may_name) && text.front() != '.' &&
         (random.empty() || consists_of(random, is_lower_or_digit)) &&
         random.size() <= kIncarnationRandomLength;
}

ManagerName manager_of(const IncarnationId& incarnation) {
  return ManagerName{incarnation.text().substr(0, incarnation.text().find('~'))};
}

}  // namespace vacuum
