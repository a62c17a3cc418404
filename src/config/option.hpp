#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vacuum {

/// The sections that an option may stand in; openstack means [space …] with api = openstack.
enum class OptionScope : std::uint8_t { space, openstack, machinetype };

enum class OptionKind : std::uint8_t {
  text,
  words,    ///< separated by white space
  integer,  ///< between least and most
  number,   ///< between least and most
  boolean,  ///< True, yes, on, 1; False, no, off, 0
  path,
  secret,  ///< as text, never shown
};

enum class OptionStatus : std::uint8_t {
  current,
  deprecated,  ///< works; `remedy` says what to use instead
  ignored,     ///< accepted with a warning, has no effect
  later,       ///< only a later version does it; here for the name's sake
};

/// One option of vcycle.conf: all that the readers, the reference page and the man page know of it.
struct Option {
  OptionScope scope = OptionScope::space;
  std::string_view name;  ///< lower case; "user_data_option_*" stands for a family of names
  OptionKind kind = OptionKind::text;
  std::string_view meaning;       ///< whole sentences, Markdown without links
  std::string_view default_text;  ///< what the readers take where the option is not given; empty: nothing
  std::string_view default_note;  ///< for people, where the default is no fixed text
  double least = std::numeric_limits<double>::lowest();
  double most = std::numeric_limits<double>::max();
  std::string_view unit;     ///< "s", "GB", …; for people
  std::string_view aliases;  ///< deprecated names, separated by spaces
  bool required = false;
  OptionStatus status = OptionStatus::current;
  std::string_view remedy;  ///< of an option that is not current
};

/// All options, in the order of the reference.
[[nodiscard]] std::span<const Option> option_table();

/// The option of this very name; nullptr where there is none.
[[nodiscard]] const Option* find_option(OptionScope scope, std::string_view name);

/// The option that a word of the admin means: by name, deprecated name or family; nullptr where unknown.
[[nodiscard]] const Option* recognise_option(OptionScope scope, std::string_view word);

/// Names that may be meant by a misspelt word.
[[nodiscard]] std::vector<std::string> option_names(std::initializer_list<OptionScope> scopes);

}  // namespace vacuum
