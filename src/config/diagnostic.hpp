#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace vacuum {

/// Where a word of the configuration stands.
struct Location {
  std::string file;  ///< empty: not from a file
  int line = 0;      ///< from 1; 0: the file as a whole

  friend auto operator<=>(const Location&, const Location&) = default;
};

enum class Severity : std::uint8_t {
  warning,  ///< understood, but should be changed
  error,    ///< what it belongs to cannot be used
};

/// One finding about the configuration, for the admin. Never holds a secret.
struct Diagnostic {
  Severity severity = Severity::error;
  Location location;
  std::string
      section;  ///< "space NAME", "machinetype SPACE NAME"; empty: the file, or the whole configuration
  std::string option;   ///< as the admin wrote it; empty: the section as a whole
  std::string message;  ///< what is wrong
  std::string remedy;   ///< what to do; may be empty

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

/// "FILE:LINE: error: [section] option: message; remedy" on one line.
[[nodiscard]] std::string to_string(const Diagnostic& diagnostic);

[[nodiscard]] bool has_error(const std::vector<Diagnostic>& diagnostics);

}  // namespace vacuum
