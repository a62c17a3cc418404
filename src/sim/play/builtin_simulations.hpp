#pragma once

#include <span>
#include <string_view>

namespace vacuum::sim {

/// A scenario that vacsim brings along.
struct BuiltinSimulation {
  std::string_view name;
  std::string_view text;
};

/// By name.
[[nodiscard]] std::span<const BuiltinSimulation> builtin_simulations();
/// Its text; empty where there is none of this name.
[[nodiscard]] std::string_view find_builtin_simulation(std::string_view name);

}  // namespace vacuum::sim
