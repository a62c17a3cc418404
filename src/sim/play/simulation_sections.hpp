#pragma once

#include <vector>

#include "config/ini.hpp"
#include "sim/play/simulation_file.hpp"

namespace vacuum::sim {

/// Takes [simulation], [cloud SPACE], [queue NAME] or [expect NAME] into `simulation`, whose spaces are there
/// already.
void read_simulation_section(const IniSection& section, Simulation& simulation,
                             std::vector<Diagnostic>& found);

/// Fills in what was left out: flavors, and work where no queue is given at all. Tells what cannot be
/// simulated.
void complete_simulation(Simulation& simulation, std::vector<Diagnostic>& found);

}  // namespace vacuum::sim
