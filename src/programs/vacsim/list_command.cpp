#include <fmt/format.h>

#include "programs/vacsim/commands.hpp"
#include "programs/vacsim/load_simulation.hpp"
#include "sim/play/builtin_simulations.hpp"

namespace vacuum::vacsim {

int list_simulations(bool show_texts, const std::string& name) {
  for (const auto& known : sim::builtin_simulations()) {
    if (!name.empty() && known.name != name) continue;
    if (show_texts) {
      fmt::print("{}", known.text.whole());
      return 0;
    }
    const auto simulation = load_simulation({.scenario = std::string(known.name)});
    const bool takes_long = known.effort == sim::BuiltinSimulation::Effort::minutes;
    fmt::print("{:<20} {}{}\n", known.name, simulation ? simulation->title : simulation.error(),
               takes_long ? " (takes minutes)" : "");
  }
  if (name.empty() || !sim::find_builtin_simulation(name).empty()) return 0;
  fmt::print(stderr, "vacsim: there is no built-in scenario {}; see 'vacsim list'\n", name);
  return 2;
}

}  // namespace vacuum::vacsim
