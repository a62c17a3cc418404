#include "programs/vcycled/options.hpp"

#include <cmath>

#include <CLI/CLI.hpp>

namespace vacuum {

ParsedOptions parse_options(int argc, char** argv) {
  ParsedOptions parsed;
  DaemonOptions& options = parsed.options;
  ServiceCommandLine line(
      "vcycled", "Keeps virtual machines running on clouds, by target shares and by what becomes of them.",
      options);
  double cycle_seconds = 60;
  std::uint64_t seed = 0;
  line.app().add_flag("--once", options.once, "do one cycle of each space, then end");
  line.app()
      .add_option("--cycle-seconds", cycle_seconds, "between the beginnings of a space's cycles")
      ->check(CLI::Range(0.05, 86400.0))
      ->capture_default_str();
  const auto* seed_option = line.app().add_option("--seed", seed, "make random choices reproducible");
  parsed.exit_status = line.parse(argc, argv);
  options.cycle_interval = Milliseconds{std::llround(cycle_seconds * 1000)};
  if (seed_option->count() > 0) options.seed = seed;
  return parsed;
}

}  // namespace vacuum
