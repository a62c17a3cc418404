#pragma once

#include <ostream>

#include "programs/vcycle/command_places.hpp"

namespace vacuum {

/// `vcycle machines`: the machines on record. Answers the exit status.
int run_machines(const CommandOptions& options, std::ostream& out, std::ostream& errors);

}  // namespace vacuum
