#pragma once

#include <ostream>

#include "programs/vcycle/command_places.hpp"

namespace vacuum {

/// `vcycle plan`: looks at the clouds and says what a cycle would do now, and why. Changes nothing anywhere.
/// Answers the exit status: 1 where a space cannot be looked at.
int run_plan(const CommandOptions& options, std::ostream& out, std::ostream& errors);

}  // namespace vacuum
