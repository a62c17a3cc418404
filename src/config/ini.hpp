#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.hpp"

namespace vacuum {

/// A value and where it was given.
struct IniValue {
  std::string text;  ///< continuation lines are joined with newlines
  Location location;
  bool inherited = false;  ///< from [DEFAULT]
};

struct IniSection {
  std::string name;                         ///< lower case, words separated by one space
  Location location;                        ///< of its first header
  std::map<std::string, IniValue> options;  ///< by name in lower case
};

/// The sections of all files together, as Python's RawConfigParser would merge them: same-named sections are
/// one, a later value wins, [DEFAULT] gives values to every section. There is no interpolation: % is an
/// ordinary character.
class IniDocument {
 public:
  /// Adds a file. Answers what could not be understood; its other lines count all the same. Diagnostics never
  /// quote the text: it may hold a secret.
  [[nodiscard]] std::vector<Diagnostic> add(const std::string& file, std::string_view text);

  /// In the order of their first mention, with the values of [DEFAULT] filled in.
  [[nodiscard]] std::vector<IniSection> sections() const;
  [[nodiscard]] const IniSection& defaults() const { return defaults_; }

  /// The section of this header, made where it is new.
  IniSection& section(std::string_view header, Location location);

 private:
  IniSection defaults_{.name = "DEFAULT"};
  std::vector<IniSection> sections_;
  std::map<std::string, std::size_t> positions_;  ///< in sections_, by name
};

}  // namespace vacuum
