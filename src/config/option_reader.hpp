#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "config/diagnostic.hpp"
#include "config/ini.hpp"
#include "config/option.hpp"
#include "config/option_value.hpp"

namespace vacuum {

/// Reads the options of one section by the option table: names, deprecated names, types, bounds and defaults
/// come from there. Says what is wrong, and goes on. Asking for an option that the table lacks is a broken
/// invariant: throws std::logic_error.
class OptionReader {
 public:
  /// `section` and `found` must outlive the reader. All findings are added to `found`.
  OptionReader(const IniSection& section, std::initializer_list<OptionScope> scopes,
               std::vector<Diagnostic>& found)
      : section_(section), scopes_(scopes), found_(found) {}

  /// Whether the admin gave it, by any of its names.
  [[nodiscard]] bool given(std::string_view name) { return find(name) != nullptr; }

  /// Each gives the default where the option was not given, and nothing where there is none or the value is
  /// wrong (which is then told). A required option that was not given is told once.
  std::string text(std::string_view name);  ///< empty for nothing
  std::vector<std::string> words(std::string_view name);
  std::optional<std::int64_t> integer(std::string_view name);
  std::optional<double> number(std::string_view name);
  bool boolean(std::string_view name);
  Secret secret(std::string_view name);

  /// Tells of an option, where it stands; of the section, where `name` is empty or the option was not given.
  void warn(std::string_view name, std::string message, std::string remedy = "");
  void fail(std::string_view name, std::string message, std::string remedy = "");

  /// Tells of options that the table does not know, ignores, or calls deprecated.
  void review_names();

  [[nodiscard]] const IniSection& section() const { return section_; }
  [[nodiscard]] const Option& table_entry(std::string_view name) const { return option(name); }

 private:
  const Option& option(std::string_view name) const;
  const IniValue* find(std::string_view name) const;
  /// The value's text or the default's; nothing where there is neither.
  std::optional<std::string> value_text(const Option& option);
  template <class Value>
  std::optional<Value> taken(std::string_view name, Result<Value, ValueProblem> value);
  void review_name(const std::string& word, const IniValue& value);
  void tell(Severity severity, std::string_view name, std::string message, std::string remedy);

  const IniSection& section_;
  std::vector<OptionScope> scopes_;
  std::vector<Diagnostic>& found_;
};

/// Tells of an option that no scope knows.
[[nodiscard]] Diagnostic unknown_option(const std::string& section, const std::string& word,
                                        const IniValue& value, const std::vector<OptionScope>& scopes);

}  // namespace vacuum
