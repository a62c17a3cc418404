#pragma once

#include <functional>

#include "sim/play/outcome.hpp"
#include "sim/play/simulation_file.hpp"

namespace vacuum::sim {

struct RunOptions {
  std::uint64_t seed = 1;
  /// Called now and then with the part that is done, from 0 to 1.
  std::function<void(double)> on_progress;
  ForwardingLog::Receiver on_log;
  std::size_t samples = 720;
};

/// Runs a simulation to its end, all its managers from the beginning.
[[nodiscard]] Recording run_simulation(const Simulation& simulation, const RunOptions& options);

}  // namespace vacuum::sim
