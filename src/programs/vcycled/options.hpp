#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "programs/common/service_options.hpp"

namespace vacuum {

/// What vcycled's command line says.
struct DaemonOptions : ServiceOptions {
  bool once = false;
  Milliseconds cycle_interval{60000};
  std::optional<std::uint64_t> seed;
};

/// Reads the command line. Where there is nothing to run (help, version, a mistake), `exit_status` is set.
struct ParsedOptions {
  DaemonOptions options;
  std::optional<int> exit_status;
};
[[nodiscard]] ParsedOptions parse_options(int argc, char** argv);

}  // namespace vacuum
