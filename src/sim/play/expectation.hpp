#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/diagnostic.hpp"
#include "sim/world/world.hpp"

namespace vacuum::sim {

/// What can be asked of a simulation that has run.
enum class Measure : std::uint8_t {
  machines,       ///< mean number of the machinetype's machines in the window
  most_machines,  ///< the highest number in the window
  share,          ///< mean part of the machinetype in the processors of its space, from 0 to 1
  created,        ///< machines created in the window
  no_work,        ///< machines that found no work in the window
  jobs_done,      ///< jobs done by its machines in the window
  jobs_lost,      ///< jobs begun and not finished
};

[[nodiscard]] std::optional<Measure> parse_measure(std::string_view text);
[[nodiscard]] std::string_view to_string(Measure measure);

/// What a scenario says must come of it.
struct Expectation {
  std::string name;
  Location location;
  SpaceName space;
  MachinetypeName machinetype;  ///< empty: all of the space
  Measure measure = Measure::machines;
  Milliseconds from{0};
  Milliseconds until{0};
  std::optional<double> least;
  std::optional<double> most;
};

}  // namespace vacuum::sim
