#include "sim/play/run.hpp"

#include <algorithm>

namespace vacuum::sim {
namespace {

constexpr int kProgressSteps = 100;

}  // namespace

Recording run_simulation(const Simulation& simulation, const RunOptions& options) {
  World world(simulation.world, options.seed);
  world.managers_world().on_log = options.on_log;
  const auto samples = static_cast<std::int64_t>(std::max<std::size_t>(options.samples, 1));
  // Whole minutes: the axis of the report has round numbers.
  const Milliseconds wanted{simulation.length.count() / samples};
  const Milliseconds step = std::max(wanted / 60000 * 60000, simulation.world.interval);
  Recorder recorder(world, step);
  for (std::size_t i = 0; i < world.managers(); ++i) world.start_manager(i);
  recorder.begin();
  for (int part = 1; part <= kProgressSteps; ++part) {
    world.run_until(world.start() + simulation.length * part / kProgressSteps);
    if (options.on_progress) options.on_progress(static_cast<double>(part) / kProgressSteps);
  }
  return recorder.recording();
}

}  // namespace vacuum::sim
