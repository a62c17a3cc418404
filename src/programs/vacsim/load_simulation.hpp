#pragma once

#include "base/result.hpp"
#include "programs/vacsim/commands.hpp"
#include "sim/play/simulation_file.hpp"

namespace vacuum::vacsim {

/// Reads a simulation from disk or from what is built in. Warnings go to the standard error; the error is the
/// text to be shown there.
[[nodiscard]] Result<sim::Simulation, std::string> load_simulation(const SimulationPlace& place);

}  // namespace vacuum::vacsim
