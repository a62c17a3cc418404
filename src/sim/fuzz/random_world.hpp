#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/world/world.hpp"

namespace vacuum::sim {

/// How one random simulation is played.
struct RandomPlay {
  WorldSettings world;
  std::map<SpaceName, CloudTroubles> troubles;  ///< of the phase of faults
  DirectoryTroubles directory;                  ///< likewise
  Milliseconds faults_length{0};                ///< things go wrong
  Milliseconds recovery_length{0};              ///< then nothing does any more, and all have work
  Milliseconds shares_length{0};                ///< the end of it, over which shares are measured
  Milliseconds between_faults{0};               ///< mean time
};

/// A small site with made-up settings, experiments and troubles, from a seed.
[[nodiscard]] RandomPlay draw_play(std::uint64_t seed);
/// What it is like, for who looks for the cause of a violation.
[[nodiscard]] std::vector<std::string> describe(const RandomPlay& play);

}  // namespace vacuum::sim
