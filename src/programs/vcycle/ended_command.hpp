#pragma once

#include <ostream>

#include "programs/vcycle/command_places.hpp"

namespace vacuum {

/// `vcycle machines --ended`: the machines that stopped or are gone, latest first, with what came of them,
/// for as long as their records are kept. Answers the exit status.
int run_ended(const CommandOptions& options, std::ostream& out, std::ostream& errors);

}  // namespace vacuum
