#pragma once

#include <optional>
#include <ostream>

#include "base/time.hpp"
#include "programs/vcycle/command_places.hpp"

namespace vacuum {

struct MachinetypesOptions {
  CommandOptions common;
  bool watch = false;                ///< show the table again after each second, until SIGINT or SIGTERM
  std::optional<Seconds> watch_for;  ///< and no longer than this
};

/// `vcycle machinetypes`: shares, machines, outcomes, and why nothing more is created. Answers the exit
/// status.
int run_machinetypes(const MachinetypesOptions& options, std::ostream& out, std::ostream& errors);

}  // namespace vacuum
