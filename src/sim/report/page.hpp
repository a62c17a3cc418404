#pragma once

#include <string>

#include "sim/play/outcome.hpp"
#include "sim/play/simulation_file.hpp"

namespace vacuum::sim {

/// What a report tells beside its recording.
struct PageFacts {
  std::string title;
  std::string description;
  std::string version;
  std::uint64_t seed = 0;
  double took_seconds = 0;  ///< of real time
};

/// A report as one HTML page that needs nothing else: charts as SVG, light and dark as the reader's system
/// wants it.
[[nodiscard]] std::string make_page(const PageFacts& facts, const Simulation& simulation,
                                    const Recording& recording);

}  // namespace vacuum::sim
