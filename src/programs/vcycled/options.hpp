#pragma once

#include <optional>
#include <string>

#include "base/time.hpp"
#include "ports/log.hpp"
#include "programs/common/load_from_disk.hpp"

namespace vacuum {

/// What vcycled's command line says.
struct DaemonOptions {
  DiskPlaces places;
  bool once = false;
  Milliseconds cycle_interval{60000};
  std::string log_file;    ///< empty: the standard error
  std::string access_log;  ///< of the HTTPS service; empty: none
  LogLevel log_level = LogLevel::info;
  std::optional<std::uint64_t> seed;
};

/// Reads the command line. Where there is nothing to run (help, version, a mistake), `exit_status` is set.
struct ParsedOptions {
  DaemonOptions options;
  std::optional<int> exit_status;
};
[[nodiscard]] ParsedOptions parse_options(int argc, char** argv);

}  // namespace vacuum
