#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "ports/log.hpp"

namespace vacuum {

/// Keeps the lines for a test to look at.
class FakeLog final : public Log {
 public:
  struct Line {
    LogLevel level;
    std::string text;
  };

  void write(LogLevel level, std::string_view line) override { lines_.push_back({level, std::string(line)}); }
  [[nodiscard]] bool wants(LogLevel) const override { return true; }

  [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }
  [[nodiscard]] std::size_t count(LogLevel level) const {
    return static_cast<std::size_t>(std::ranges::count(lines_, level, &Line::level));
  }
  /// Whether any line holds `part`.
  [[nodiscard]] bool says(std::string_view part) const {
    return std::ranges::any_of(lines_,
                               [&](const Line& line) { return line.text.find(part) != std::string::npos; });
  }
  /// All lines, for a failing test to print.
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const auto& line : lines_) all += line.text + '\n';
    return all;
  }
  void clear() { lines_.clear(); }

 private:
  std::vector<Line> lines_;
};

}  // namespace vacuum
