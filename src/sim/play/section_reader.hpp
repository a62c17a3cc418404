#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.hpp"
#include "config/ini.hpp"
#include "sim/moment.hpp"

namespace vacuum::sim {

/// "90", "90s", "15m", "2h", "3d", "1.5h"; plain numbers are seconds. Nothing where the text is no duration.
[[nodiscard]] std::optional<Milliseconds> parse_duration(std::string_view text);

/// Reads the options of a section of a simulation file. What is wrong is told with its place; what is not
/// asked for is unknown.
class SectionReader {
 public:
  /// Both outlive this.
  SectionReader(const IniSection& section, std::vector<Diagnostic>& found)
      : section_(section), found_(found) {}
  /// Tells of the options that nobody asked for.
  ~SectionReader();
  SectionReader(const SectionReader&) = delete;
  SectionReader& operator=(const SectionReader&) = delete;

  [[nodiscard]] const IniSection& section() const { return section_; }
  [[nodiscard]] std::optional<std::string> text(std::string_view option);
  [[nodiscard]] std::vector<std::string> words(std::string_view option);

  /// Each keeps `value` where the option is not given, or is wrong.
  void integer(std::string_view option, int& value, int least, int most);
  void number(std::string_view option, double& value, double least, double most);
  void probability(std::string_view option, double& value) { number(option, value, 0, 1); }
  void duration(std::string_view option, Milliseconds& value, Milliseconds least);
  /// "30-90", "1h-2h", "45"
  void range(std::string_view option, SecondsRange& value);

  void fail(std::string_view option, std::string message, std::string remedy = "");

 private:
  const IniValue* find(std::string_view option);

  const IniSection& section_;
  std::vector<Diagnostic>& found_;
  std::set<std::string, std::less<>> asked_;
};

/// "A-B" as two durations.
[[nodiscard]] std::optional<std::pair<Milliseconds, Milliseconds>> parse_duration_range(
    std::string_view text);

}  // namespace vacuum::sim
