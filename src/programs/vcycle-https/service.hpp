#pragma once

#include "programs/common/service_options.hpp"

namespace vacuum::vcycle_https {

/// Serves until it is told to stop. Answers the exit status.
int run_service(const ServiceOptions& options);

}  // namespace vacuum::vcycle_https
