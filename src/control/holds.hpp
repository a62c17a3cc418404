#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/plan.hpp"

namespace vacuum {

/// Collects why machinetypes are to have no new machines in a cycle. The first reason given stays.
class Holds {
 public:
  explicit Holds(std::size_t machinetypes) : holds_(machinetypes) {}

  void hold(std::size_t machinetype, WaitReason wait, std::string why) {
    if (!holds_[machinetype]) holds_[machinetype] = MachinetypeHold{wait, std::move(why)};
  }
  /// By MachinetypeIndex.
  [[nodiscard]] std::vector<std::optional<MachinetypeHold>> take() { return std::move(holds_); }

 private:
  std::vector<std::optional<MachinetypeHold>> holds_;
};

}  // namespace vacuum
