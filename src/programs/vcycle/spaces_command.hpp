#pragma once

#include <ostream>

#include "programs/vcycle/command_places.hpp"

namespace vacuum {

/// `vcycle spaces`: each space as of its last cycle, with what an admin should see. Answers the exit status:
/// 1 where the status of a space cannot be read or none is known.
int run_spaces(const CommandOptions& options, std::ostream& out, std::ostream& errors);

}  // namespace vacuum
