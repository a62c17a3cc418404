#pragma once

#include <ostream>

#include "ports/manager_register.hpp"
#include "programs/vcycle/command_places.hpp"

namespace vacuum {

/// `vcycle managers`: who manages the spaces of the shared directory, how many machines each has, and who
/// took over from whom lately. Answers the exit status: 1 where nobody is known, or something cannot be read.
int run_managers(const DiskPlaces& places, Format format, std::ostream& out, std::ostream& errors);

/// The same of what was read.
int report_managers(RegisterView view, TimePoint now, Format format, std::ostream& out);

}  // namespace vacuum
