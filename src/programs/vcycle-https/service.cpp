#include "programs/vcycle-https/service.hpp"

#include <csignal>
#include <cstdlib>
#include <iostream>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "adapters/system/service_notifier.hpp"
#include "adapters/system/spdlog_log.hpp"
#include "adapters/system/system_clock.hpp"
#include "base/version.hpp"
#include "programs/common/http_services.hpp"
#include "programs/common/token_check.hpp"

namespace vacuum::vcycle_https {
namespace {

namespace asio = boost::asio;

constexpr Milliseconds kStopGrace{5000};

/// The loop that waits for signals while the services run on their threads.
class Service {
 public:
  Service(HttpServices& services, SpdlogLog& log) : services_(services), log_(log) {}

  void run() {
    listen_for_signals();
    asio::co_spawn(loop_, keep_watchdog(), asio::detached);
    notifier_.ready();
    while (!ended_) loop_.run_one();
    notifier_.stopping();
  }

 private:
  void listen_for_signals() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) return;
      if (signal == SIGHUP) {
        log_.reopen();
        log_.info("looking at the certificates because of SIGHUP");
        notifier_.reloading();
        services_.refresh();
        notifier_.ready();
        listen_for_signals();
        return;
      }
      log_.info("stopping because of {}", signal == SIGTERM ? "SIGTERM" : "SIGINT");
      ended_ = true;
    });
  }

  Async<void> keep_watchdog() {
    const auto interval = notifier_.alive_every();
    while (interval) {
      notifier_.alive();
      co_await clock_.sleep(*interval, std::stop_token());
    }
  }

  HttpServices& services_;
  SpdlogLog& log_;
  SystemClock clock_;
  ServiceNotifier notifier_ = ServiceNotifier::from_environment();
  asio::io_context loop_;
  asio::signal_set signals_{loop_, SIGTERM, SIGINT, SIGHUP};
  bool ended_ = false;
};

/// The settings; nothing, and words on the standard error, where the configuration cannot be read.
std::optional<DaemonSettings> read_settings(const DiskPlaces& places) {
  const Configuration configuration = DiskConfiguration(places).load();
  if (configuration.parsed) return configuration.daemon;
  for (const Diagnostic& diagnostic : configuration.all_diagnostics())
    std::cerr << to_string(diagnostic) << "\n";
  std::cerr << "vcycle-https: the configuration cannot be read; see vcycle.conf(5) and 'vcycle check'\n";
  return std::nullopt;
}

}  // namespace

int run_service(const ServiceOptions& options) {
  const std::string& state = options.places.state_directory;
  auto settings = read_settings(options.places);
  if (!settings) return 1;
  if (settings->https_listen.empty() && settings->http_listen.empty()) {
    std::cerr
        << "vcycle-https: neither https_listen nor http_listen is set in [settings]: nothing to serve\n";
    return 1;
  }
  SpdlogLog log({.level = options.log_level, .file = options.log_file});
  if (!log.problem().empty()) std::cerr << "vcycle-https: " << log.problem() << "\n";
  log.info("vcycle-https (Vacuum {}) starts; serves {}/shared", version(), state);
  auto services = HttpServices::start({.state_directory = state,
                                       .settings = std::move(*settings),
                                       .access_log = options.access_log,
                                       .is_token = token_check(state, log),
                                       .has_cycles = false},
                                      log);
  if (!services) {
    log.error("{}", services.error());
    return 1;
  }
  Service(**services, log).run();
  const bool ended = (*services)->stop(kStopGrace);
  log.info("vcycle-https ends{}", ended ? "" : "; a thread hangs in the disk");
  std::cerr.flush();
  if (!ended) std::_Exit(0);
  return 0;
}

}  // namespace vacuum::vcycle_https
