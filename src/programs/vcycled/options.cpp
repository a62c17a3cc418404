#include "programs/vcycled/options.hpp"

#include <cmath>
#include <map>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/version.hpp"

namespace vacuum {
namespace {

const std::map<std::string, LogLevel> kLevels{{"debug", LogLevel::debug},
                                              {"info", LogLevel::info},
                                              {"warning", LogLevel::warning},
                                              {"error", LogLevel::error}};

}  // namespace

ParsedOptions parse_options(int argc, char** argv) {
  ParsedOptions parsed;
  DaemonOptions& options = parsed.options;
  std::string config;
  double cycle_seconds = 60;
  std::uint64_t seed = 0;
  CLI::App app("Keeps virtual machines running on clouds, by target shares and by what becomes of them.",
               "vcycled");
  app.set_version_flag("--version", fmt::format("vcycled (Vacuum) {}", version()));
  app.add_option("--config", config, "read this file instead of /etc/vcycle.d and /etc/vcycle.conf");
  app.add_option("--state-dir", options.places.state_directory, "where records and status are kept")
      ->capture_default_str();
  app.add_flag("--once", options.once, "do one cycle of each space, then end");
  app.add_option("--cycle-seconds", cycle_seconds, "between the beginnings of a space's cycles")
      ->check(CLI::Range(0.05, 86400.0))
      ->capture_default_str();
  app.add_option("--log-file", options.log_file,
                 "log to this file instead of the standard error; SIGHUP opens it anew");
  app.add_option("--access-log", options.access_log,
                 "write a line for each request to the HTTPS service to this file; SIGHUP opens it anew");
  app.add_option("--log-level", options.log_level, "debug, info, warning or error")
      ->transform(CLI::CheckedTransformer(kLevels))
      ->default_str("info");
  const auto* seed_option = app.add_option("--seed", seed, "make random choices reproducible");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    parsed.exit_status = app.exit(error) == 0 ? 0 : 2;
    return parsed;
  }
  if (!config.empty()) options.places.config_file = config;
  options.cycle_interval = Milliseconds{std::llround(cycle_seconds * 1000)};
  if (seed_option->count() > 0) options.seed = seed;
  return parsed;
}

}  // namespace vacuum
