#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vacuum::sim {

/// A regular expression on names, of the kind that clients send: literals, \-escapes, `.`, `x*`, `x+`, and
/// anchors. Found anywhere in the name unless anchored. Matching takes time in proportion to pattern × name,
/// whatever they are.
class NamePattern {
 public:
  /// Nothing where the text needs more of a regular expression than this.
  [[nodiscard]] static std::optional<NamePattern> parse(std::string_view text);

  [[nodiscard]] bool matches(std::string_view name) const;
  /// The only name that can match, where the pattern is an anchored literal.
  [[nodiscard]] std::optional<std::string> exact_name() const;

 private:
  struct Item {
    char character = 0;
    bool any = false;
    bool repeated = false;  ///< none or more
  };
  std::vector<Item> items_;
  bool anchored_start_ = false;
  bool anchored_end_ = false;
};

}  // namespace vacuum::sim
