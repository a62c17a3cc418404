#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/configuration.hpp"
#include "sim/play/expectation.hpp"
#include "sim/world/world.hpp"

namespace vacuum::sim {

/// A simulation as it was written down: a site, the work of its experiments, and what must come of it.
struct Simulation {
  std::string title;
  std::string description;
  Milliseconds length{7 * 86'400'000LL};
  WorldSettings world;
  std::vector<Expectation> expectations;
};

/// A text and where it comes from.
struct NamedText {
  std::string name;
  std::string text;
};

struct SimulationSources {
  /// Sections of a simulation; in a scenario those of vcycle.conf too. Without it each machinetype has
  /// endless work.
  std::optional<NamedText> simulation;
  /// A site's own vcycle.conf; nothing: the scenario has it.
  std::optional<std::string> config_file;
  std::string state_directory = "/var/lib/vcycle";  ///< for copies of vacuum pipes
  FileAccess files;                                 ///< the disk
  std::string host_name = "simulated.example.com";
};

struct SimulationReading {
  Simulation simulation;
  std::vector<Diagnostic> diagnostics;  ///< by place; with an error the simulation cannot be run
};

/// Reads a simulation. Total: any text gives diagnostics. Secrets, images and templates that a configuration
/// names need not be there.
[[nodiscard]] SimulationReading read_simulation(const SimulationSources& sources);

/// The text with the lines of all sections blanked but those that vcycle.conf has: lines keep their numbers.
[[nodiscard]] std::string configuration_part(std::string_view text);

}  // namespace vacuum::sim
