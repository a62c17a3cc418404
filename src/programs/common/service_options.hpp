#pragma once

#include <memory>
#include <optional>
#include <string>

#include "ports/log.hpp"
#include "programs/common/load_from_disk.hpp"

namespace CLI {
class App;
}

namespace vacuum {

/// What the command lines of all services say.
struct ServiceOptions {
  DiskPlaces places;
  std::string log_file;    ///< empty: the standard error
  std::string access_log;  ///< of the HTTPS service; empty: none
  LogLevel log_level = LogLevel::info;
};

/// The reader of a service's command line, with the options of all services.
class ServiceCommandLine {
 public:
  /// Fills `options`, which must outlive it.
  ServiceCommandLine(const std::string& program, const std::string& description, ServiceOptions& options);
  ~ServiceCommandLine();
  ServiceCommandLine(const ServiceCommandLine&) = delete;
  ServiceCommandLine& operator=(const ServiceCommandLine&) = delete;

  /// For the options of one service alone.
  [[nodiscard]] CLI::App& app() { return *app_; }
  /// Makes the paths of what it writes absolute. Answers what to exit with where there is nothing to run:
  /// help, version, a mistake, which it has told.
  [[nodiscard]] std::optional<int> parse(int argc, char** argv);

 private:
  ServiceOptions& options_;
  std::string config_;
  std::unique_ptr<CLI::App> app_;
};

}  // namespace vacuum
