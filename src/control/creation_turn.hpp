#pragma once

#include <optional>
#include <string>

#include "base/random.hpp"
#include "control/standing.hpp"
#include "ports/clock.hpp"
#include "ports/creation_turns.hpp"

namespace vacuum {

/// So long a manager waits for the others to have planned their creations; what it wants then has time until
/// its next cycle.
inline constexpr Milliseconds kTurnWait{5000};

/// Takes the turn to plan creations for a space, once the manager that has it has given it back or has ended.
/// The number of the turn, to be given back; or for people why it could not be had.
Async<Result<std::uint64_t, std::string>> take_turn(CreationTurns& turns, Clock& clock,
                                                    const Standing& standing, const SpaceName& space,
                                                    RandomStream& random);

}  // namespace vacuum
