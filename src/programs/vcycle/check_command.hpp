#pragma once

#include <ostream>

#include "config/configuration.hpp"
#include "programs/common/load_from_disk.hpp"

namespace vacuum {

struct CheckOptions {
  DiskPlaces places;
  bool json = false;
};

/// `vcycle check`: reads the configuration of this host and tells what is wrong with it. Answers the exit
/// status: 0, or 1 where there is an error.
int run_check(const CheckOptions& options, std::ostream& out);

/// The same for a configuration that was read already.
int report_check(const Configuration& configuration, bool json, std::ostream& out);

}  // namespace vacuum
