#include "programs/vcycle-https/options.hpp"

#include <map>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/version.hpp"

namespace vacuum::vcycle_https {
namespace {

const std::map<std::string, LogLevel> kLevels{{"debug", LogLevel::debug},
                                              {"info", LogLevel::info},
                                              {"warning", LogLevel::warning},
                                              {"error", LogLevel::error}};

}  // namespace

ParsedOptions parse_options(int argc, char** argv) {
  ParsedOptions parsed;
  ServiceOptions& options = parsed.options;
  std::string config;
  CLI::App app(
      "Serves VMs their features and takes their outputs, from a shared directory that vcycled on another "
      "host works on.",
      "vcycle-https");
  app.set_version_flag("--version", fmt::format("vcycle-https (Vacuum) {}", version()));
  app.add_option("--config", config, "read this file instead of /etc/vcycle.d and /etc/vcycle.conf");
  app.add_option("--state-dir", options.places.state_directory, "where shared/ is mounted")
      ->capture_default_str();
  app.add_option("--access-log", options.access_log,
                 "write a line for each request of a VM to this file; SIGHUP opens it anew");
  app.add_option("--log-file", options.log_file,
                 "log to this file instead of the standard error; SIGHUP opens it anew");
  app.add_option("--log-level", options.log_level, "debug, info, warning or error")
      ->transform(CLI::CheckedTransformer(kLevels))
      ->default_str("info");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    parsed.exit_status = app.exit(error) == 0 ? 0 : 2;
    return parsed;
  }
  if (!config.empty()) options.places.config_file = config;
  return parsed;
}

}  // namespace vacuum::vcycle_https
