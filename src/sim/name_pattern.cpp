#include "sim/name_pattern.hpp"

#include <cctype>

namespace vacuum::sim {

std::optional<NamePattern> NamePattern::parse(std::string_view text) {
  constexpr std::string_view kUnsupported = "()[]{}|?";
  NamePattern pattern;
  if (text.starts_with('^')) {
    pattern.anchored_start_ = true;
    text.remove_prefix(1);
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '$' && i + 1 == text.size()) {
      pattern.anchored_end_ = true;
    } else if (c == '*' || c == '+') {
      if (pattern.items_.empty() || pattern.items_.back().repeated) return std::nullopt;
      if (c == '+') pattern.items_.push_back(pattern.items_.back());
      pattern.items_.back().repeated = true;
    } else if (c == '\\') {
      if (++i == text.size() || std::isalnum(static_cast<unsigned char>(text[i]))) return std::nullopt;
      pattern.items_.push_back({.character = text[i]});
    } else if (kUnsupported.find(c) != std::string_view::npos || c == '^' || c == '$') {
      return std::nullopt;
    } else {
      pattern.items_.push_back({.character = c, .any = c == '.'});
    }
  }
  return pattern;
}

bool NamePattern::matches(std::string_view name) const {
  // reachable[i]: the first i items match some text that ends here.
  std::vector<char> reachable(items_.size() + 1, 0);
  const auto skip_repeated = [&] {
    for (std::size_t i = 0; i < items_.size(); ++i)
      if (reachable[i] && items_[i].repeated) reachable[i + 1] = 1;
  };
  reachable[0] = 1;
  skip_repeated();
  for (const char c : name) {
    if (reachable[items_.size()] && !anchored_end_) return true;
    std::vector<char> next(items_.size() + 1, 0);
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (!reachable[i] || (!items_[i].any && items_[i].character != c)) continue;
      next[items_[i].repeated ? i : i + 1] = 1;
    }
    reachable = std::move(next);
    if (!anchored_start_) reachable[0] = 1;
    skip_repeated();
  }
  return reachable[items_.size()] != 0;
}

std::optional<std::string> NamePattern::exact_name() const {
  if (!anchored_start_ || !anchored_end_) return std::nullopt;
  std::string name;
  for (const Item& item : items_) {
    if (item.any || item.repeated) return std::nullopt;
    name += item.character;
  }
  return name;
}

}  // namespace vacuum::sim
