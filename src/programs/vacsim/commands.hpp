#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vacuum::vacsim {

/// Where a simulation is read from.
struct SimulationPlace {
  std::string scenario;  ///< a built-in one, or a file; empty: the two below
  std::string config_file;
  std::string queues_file;
  std::string state_directory = "/var/lib/vcycle";
};

struct RunCommand {
  SimulationPlace place;
  std::optional<double> days;
  std::uint64_t seed = 1;
  std::string report;  ///< empty: none is written
  bool verbose = false;
  bool quiet = false;
};

struct CheckCommand {
  std::vector<std::string> scenarios;  ///< empty: all that are built in
  std::uint64_t seed = 1;
};

struct FuzzCommand {
  std::string seeds = "1-100";  ///< "A-B", or one
  int today = 0;                ///< so many seeds besides that are made of today's date
  std::string canary;           ///< a planted bug; empty: none
  bool verbose = false;
};

/// Each answers the exit status: 0, 1 where it failed or found something, 2 for a mistake of the user.
int list_simulations(bool show_texts, const std::string& name);
int run_simulation_command(const RunCommand& command);
int check_simulations(const CheckCommand& command);
int fuzz_simulations(const FuzzCommand& command);

}  // namespace vacuum::vacsim
