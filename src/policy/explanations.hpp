#pragma once

#include <optional>
#include <string>

#include "domain/fleet.hpp"
#include "policy/creations.hpp"

namespace vacuum {

/// A sentence for people about a machinetype's turn: what was created, and what it waits for, how long, and
/// why: "created 3; then the space's limit of 100 processors was reached (98 in use, m1.large needs 4)".
[[nodiscard]] std::string explain(const Outcome& outcome, std::size_t machinetype,
                                  const CreationInput& input);

}  // namespace vacuum
