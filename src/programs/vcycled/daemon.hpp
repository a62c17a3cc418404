#pragma once

#include "programs/vcycled/options.hpp"

namespace vacuum {

/// Runs vcycled until it is told to stop, or once. Answers the exit status.
int run_daemon(const DaemonOptions& options);

}  // namespace vacuum
