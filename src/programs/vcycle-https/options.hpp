#pragma once

#include <optional>
#include <string>

#include "ports/log.hpp"
#include "programs/common/load_from_disk.hpp"

namespace vacuum::vcycle_https {

/// What the command line says.
struct ServiceOptions {
  DiskPlaces places;
  std::string log_file;    ///< empty: the standard error
  std::string access_log;  ///< empty: none
  LogLevel log_level = LogLevel::info;
};

/// Reads the command line. Where there is nothing to run (help, version, a mistake), `exit_status` is set.
struct ParsedOptions {
  ServiceOptions options;
  std::optional<int> exit_status;
};
[[nodiscard]] ParsedOptions parse_options(int argc, char** argv);

}  // namespace vacuum::vcycle_https
