#include "config/option.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "config/option_tables.hpp"

namespace vacuum {
namespace {

bool is_family_member(const Option& option, std::string_view word) {
  return option.name.ends_with('*') && word.starts_with(option.name.substr(0, option.name.size() - 1));
}

bool is_other_name(const Option& option, std::string_view word) {
  return (!option.synonym.empty() && option.synonym == word) ||
         std::ranges::count(split_words(option.aliases), word) > 0;
}

}  // namespace

std::span<const Option> option_table() {
  static const std::vector<Option> table = [] {
    std::vector<Option> all;
    for (const auto part : {settings_options(), space_options(), openstack_options(), machinetype_options(),
                            vacuum_pipe_options(), pipe_entry_options()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }();
  return table;
}

const Option* find_option(OptionScope scope, std::string_view name) {
  const auto table = option_table();
  const auto found = std::ranges::find_if(
      table, [&](const Option& option) { return option.scope == scope && option.name == name; });
  return found == table.end() ? nullptr : &*found;
}

const Option* recognise_option(OptionScope scope, std::string_view word) {
  if (const Option* option = find_option(scope, word)) return option;
  for (const Option& option : option_table()) {
    if (option.scope == scope && (is_other_name(option, word) || is_family_member(option, word)))
      return &option;
  }
  return nullptr;
}

std::vector<std::string> option_names(const std::vector<OptionScope>& scopes) {
  std::vector<std::string> names;
  for (const Option& option : option_table()) {
    if (std::ranges::count(scopes, option.scope) == 0 || option.status == OptionStatus::ignored) continue;
    if (!option.name.ends_with('*')) names.emplace_back(option.name);
  }
  return names;
}

}  // namespace vacuum
