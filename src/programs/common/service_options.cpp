#include "programs/common/service_options.hpp"

#include <filesystem>
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

std::string absolute(const std::string& path) {
  return path.empty() ? path : std::filesystem::absolute(path).lexically_normal().string();
}

}  // namespace

ServiceCommandLine::ServiceCommandLine(const std::string& program, const std::string& description,
                                       ServiceOptions& options)
    : options_(options), app_(std::make_unique<CLI::App>(description, program)) {
  app_->set_version_flag("--version", fmt::format("{} (Vacuum) {}", program, version()));
  app_->add_option("--config", config_, "read this file instead of /etc/vcycle.d and /etc/vcycle.conf");
  app_->add_option("--state-dir", options_.places.state_directory, "where records and status are kept")
      ->capture_default_str();
  app_->add_option("--log-file", options_.log_file,
                   "log to this file instead of the standard error; SIGHUP opens it anew");
  app_->add_option("--access-log", options_.access_log,
                   "write a line for each request to the HTTPS service to this file; SIGHUP opens it anew");
  app_->add_option_function<std::string>(
          "--log-level", [this](const std::string& level) { options_.log_level = kLevels.at(level); },
          "how much is logged")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
      ->default_str("info");
}

ServiceCommandLine::~ServiceCommandLine() = default;

std::optional<int> ServiceCommandLine::parse(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app_->exit(error) == 0 ? 0 : 2;
  }
  if (!config_.empty()) options_.places.config_file = config_;
  for (std::string* path : {&options_.places.state_directory, &options_.log_file, &options_.access_log})
    *path = absolute(*path);
  return std::nullopt;
}

}  // namespace vacuum
