#pragma once

#include <cstdint>

#include "policy/testing/scene.hpp"

namespace vacuum::testing {

/// A space with anything in it that can be observed, drawn from a seed: all states, recorded and missing
/// times, orphans, adopted machines, messages, limits and quotas near what is in use, aborts, failed builds,
/// shutdown times.
[[nodiscard]] Scene random_scene(std::uint64_t seed, int machines);

}  // namespace vacuum::testing
