#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/fuzz/watch.hpp"

namespace vacuum::sim {

struct FuzzOptions {
  Canary canary = Canary::none;
  ForwardingLog::Receiver on_log;
};

/// What came of one random simulation.
struct FuzzOutcome {
  std::uint64_t seed = 0;
  std::vector<std::string> play;  ///< what the site is like
  std::vector<Violation> violations;
  std::vector<std::string> deeds;  ///< what went wrong on purpose
  std::uint64_t created = 0;
  std::uint64_t digest = 0;  ///< the same for the same seed: of all that was created
};

/// Plays a random site with faults, then without any, and looks for what must never be.
[[nodiscard]] FuzzOutcome run_fuzz(std::uint64_t seed, const FuzzOptions& options);

}  // namespace vacuum::sim
