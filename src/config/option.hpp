#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vacuum {

/// Where an option may stand.
enum class OptionScope : std::uint8_t {
  settings,     ///< [settings]
  space,        ///< [space …]
  openstack,    ///< [space …] with api = openstack
  machinetype,  ///< [machinetype …], and [vacuum_pipe …] for all machinetypes of a pipe
  vacuum_pipe,  ///< [vacuum_pipe …] alone
  pipe_entry,   ///< an entry of a vacuum pipe alone
};

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
};

/// Whether a vacuum pipe may give an option (spec 2.3): what it may not is the site's word alone.
enum class FromPipe : std::uint8_t { refused, accepted };

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
  std::string_view synonym;  ///< another name, as good as the first
  bool required = false;
  OptionStatus status = OptionStatus::current;
  std::string_view remedy;  ///< of an option that is not current
  FromPipe from_pipe = FromPipe::refused;
};

/// All options, in the order of the reference.
[[nodiscard]] std::span<const Option> option_table();

/// The option of this very name; nullptr where there is none.
[[nodiscard]] const Option* find_option(OptionScope scope, std::string_view name);

/// The option that a word of the admin means: by name, synonym, deprecated name or family; nullptr where
/// unknown.
[[nodiscard]] const Option* recognise_option(OptionScope scope, std::string_view word);

/// Names that may be meant by a misspelt word.
[[nodiscard]] std::vector<std::string> option_names(const std::vector<OptionScope>& scopes);

}  // namespace vacuum
