#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sim/play/scenario_text.hpp"

namespace vacuum::sim {

/// A scenario that vacsim brings along.
struct BuiltinSimulation {
  std::string_view name;
  ScenarioText text;
  enum class Effort : std::uint8_t {
    seconds,
    minutes,  ///< run only where it is named
  } effort = Effort::seconds;
};

/// By name.
[[nodiscard]] std::span<const BuiltinSimulation> builtin_simulations();
/// Its text; empty where there is none of this name.
[[nodiscard]] std::string find_builtin_simulation(std::string_view name);

}  // namespace vacuum::sim
