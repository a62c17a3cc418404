#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "domain/fleet.hpp"

namespace vacuum {

/// Finds machines of a list by name; a name may be there more than once. Holds no copies of the names.
class NameIndex {
 public:
  void clear() { positions_.clear(); }
  void add(const MachineName& name, std::size_t position) {
    positions_.emplace(hash(name), static_cast<std::uint32_t>(position));
  }
  void remove(const MachineName& name, std::size_t position) {
    const auto [begin, end] = positions_.equal_range(hash(name));
    for (auto item = begin; item != end; ++item) {
      if (item->second != position) continue;
      positions_.erase(item);
      return;
    }
  }
  /// In no order.
  [[nodiscard]] std::vector<std::size_t> find(const MachineName& name,
                                              const std::vector<Machine>& machines) const {
    std::vector<std::size_t> found;
    const auto [begin, end] = positions_.equal_range(hash(name));
    for (auto item = begin; item != end; ++item) {
      if (machines[item->second].name == name) found.push_back(item->second);
    }
    return found;
  }

 private:
  static std::size_t hash(const MachineName& name) { return std::hash<MachineName>{}(name); }

  std::unordered_multimap<std::size_t, std::uint32_t> positions_;
};

}  // namespace vacuum
