#include "programs/vcycled/daemon.hpp"

#include <malloc.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <iostream>
#include <random>
#include <tuple>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "adapters/apel/apel_sink.hpp"
#include "adapters/http/curl_client.hpp"
#include "adapters/http/http_resource_fetcher.hpp"
#include "adapters/http/redirect_follower.hpp"
#include "adapters/image_cache/disk_image_cache.hpp"
#include "adapters/shared_directory/heartbeat_list_files.hpp"
#include "adapters/shared_directory/manager_directory.hpp"
#include "adapters/shared_directory/manager_lock.hpp"
#include "adapters/shared_directory/order_directory.hpp"
#include "adapters/shared_directory/record_census.hpp"
#include "adapters/shared_directory/shared_directory_store.hpp"
#include "adapters/shared_directory/token_key.hpp"
#include "adapters/shared_directory/turn_directory.hpp"
#include "adapters/system/event_file.hpp"
#include "adapters/system/host_health_reader.hpp"
#include "adapters/system/host_name.hpp"
#include "adapters/system/local_file_reader.hpp"
#include "adapters/system/local_file_writer.hpp"
#include "adapters/system/service_notifier.hpp"
#include "adapters/system/side_threads.hpp"
#include "adapters/system/spdlog_log.hpp"
#include "adapters/system/system_clock.hpp"
#include "adapters/udp/udp_sink.hpp"
#include "base/counted.hpp"
#include "base/version.hpp"
#include "control/fenced_cloud.hpp"
#include "control/fenced_store.hpp"
#include "control/manager.hpp"
#include "control/membership.hpp"
#include "control/pipe_keeper.hpp"
#include "control/retirement.hpp"
#include "programs/common/fetch_text.hpp"
#include "programs/common/http_services.hpp"
#include "programs/common/load_from_disk.hpp"
#include "programs/common/make_cloud.hpp"
#include "programs/common/run_to_end.hpp"
#include "programs/common/token_check.hpp"
#include "programs/vcycled/cernvm_verifier.hpp"
#include "programs/vcycled/configuration_watch.hpp"
#include "reports/event_line.hpp"

namespace vacuum {
namespace {

namespace asio = boost::asio;

/// How long reading a large image from a slow disk may take: its signature covers all of it.
constexpr Milliseconds kImageReadingMax{30 * 60'000};
constexpr Milliseconds kServicesGrace{3000};
constexpr Milliseconds kJoinRetry{2000};
constexpr std::size_t kMembershipThreads = 2;

/// Each cycle needs and frees the same megabytes for the pages of listings: kept between cycles, they need
/// not be cleared by the kernel anew, which would be a third of a quiet cycle's time.
void keep_freed_memory() {
  constexpr int kKeptBytesMax = 32 << 20;
  constexpr int kOwnMappingBytes = 8 << 20;
  mallopt(M_TRIM_THRESHOLD, kKeptBytesMax);
  mallopt(M_MMAP_THRESHOLD, kOwnMappingBytes);
}

/// How long the end of a single cycle waits for the addresses of monitors.
constexpr Milliseconds kDatagramsWait{3000};

/// Owns all adapters of a running daemon, and hands their ports to the manager.
class Daemon {
 public:
  /// `configuration` gave `first`: changes are told from there.
  Daemon(const DaemonOptions& options, DiskConfiguration configuration, Configuration first)
      : options_(options),
        membership_disk_(kMembershipThreads, first.daemon.lease),
        store_(options.places.state_directory, SharedDirectoryStore::Access::read_write, worker_),
        token_key_(options.places.state_directory, worker_),
        files_(worker_),
        log_({.level = options.log_level, .file = options.log_file}),
        events_(options.places.state_directory + "/events", event_limits(first.daemon), write_event,
                loop_.get_executor(), log_),
        orders_(options.places.state_directory, worker_),
        accounting_(accounting_directory(options, first.daemon), worker_),
        heartbeat_lists_(options.places.state_directory, worker_),
        host_(options.places.state_directory, worker_),
        web_(loop_.get_executor(), fetching_options(first.daemon.ca_directory)),
        images_(options.places.state_directory + "/imagecache",
                {.max_bytes = first.daemon.imagecache_mb << 20}, redirects_, image_disk_),
        image_verifier_(first.daemon.ca_directory),
        settings_(first.daemon),
        configuration_(std::move(configuration), std::move(first), clock_, log_,
                       [this] { manager_.reload(); }),
        seed_(options.seed.value_or(std::random_device{}())),
        managers_(options.places.state_directory, membership_disk_),
        turns_(options.places.state_directory, worker_),
        membership_(managers_, clock_, log_, membership_settings(), seed_),
        manager_(
            {fenced_store_, files_, clock_, log_, events_, fetcher_, accounting_, datagrams_,
             heartbeat_lists_, host_, faults_, orders_, side_work_, token_key_, images_, image_verifier_,
             turns_, membership_},
            {membership_settings().name, membership_settings().version},
            [this](const SpaceConfiguration& space) {
              return std::make_shared<FencedCloud>(
                  make_cloud(space, loop_.get_executor(), clock_, log_, membership_), membership_);
            },
            [this](Reload) { return next_configuration(); },
            {.interval = options.cycle_interval, .seed = seed_}),
        pipes_({fetcher_, files_, writer_, clock_, log_, faults_}, options.places.state_directory,
               [this] { read_configuration(); }) {
    pipes_.follow(*configuration_.untaken());
    membership_.on_change([this] { manager_.wake_spaces(); });
  }

  int run_once() { return run_to_end(loop_, once()) ? 0 : 1; }

  /// Answers the exit status.
  int run() {
    if (!log_.problem().empty()) std::cerr << "vcycled: " << log_.problem() << "\n";
    log_.info("vcycled (Vacuum {}) starts; state in {}", version(), options_.places.state_directory);
    if (!start_services()) return 1;
    listen_for_signals();
    bool ended = false;
    bool ended_well = false;
    std::exception_ptr failure;
    asio::co_spawn(loop_, live(), [&](std::exception_ptr error, bool well) {
      ended = true;
      ended_well = well;
      failure = error;
    });
    asio::co_spawn(loop_, pipes_.run(stop_.get_token()), asio::detached);
    asio::co_spawn(loop_, configuration_.run(options_.cycle_interval, stop_.get_token()), asio::detached);
    asio::co_spawn(loop_, keep_watchdog(), asio::detached);
    notifier_.ready();
    while (!ended) loop_.run_one();
    if (!services_->stop(kServicesGrace)) log_.warning("a thread of the HTTPS service hangs in the disk");
    if (failure) std::rethrow_exception(failure);
    log_.info("vcycled ends");
    return ended_well ? 0 : 1;
  }

 private:
  static std::string accounting_directory(const DaemonOptions& options, const DaemonSettings& settings) {
    return settings.apel_directory.empty() ? options.places.state_directory : settings.apel_directory;
  }
  static EventLimits event_limits(const DaemonSettings& settings) {
    return {.file_bytes = settings.events_mb << 20, .files = settings.events_files};
  }

  [[nodiscard]] MembershipSettings membership_settings() const {
    return {.name = ManagerName{settings_.manager_name.empty() ? host_name() : settings_.manager_name},
            .version = fmt::format("Vacuum {}", version()),
            .host = host_name(),
            .boot_id = boot_id(),
            .state_directory = options_.places.state_directory,
            .process = ::getpid(),
            .lease = settings_.lease};
  }

  Async<bool> once() {
    const bool changed = co_await pipes_.refresh();
    if (changed) configuration_.read_now();
    const auto refused = co_await join();
    if (refused) co_return false;
    const bool done = co_await manager_.run_once();
    co_await membership_.step();  // machines that nobody manages are ours the next time
    co_await leave();
    co_await datagrams_.settle(kDatagramsWait);
    co_await events_.flush();
    co_return done;
  }

  /// False where the program is to end with an error. Where the shared directory does not answer yet, the
  /// spaces tell so in their status until it does.
  Async<bool> live() {
    using Decision = JoinError::Decision;
    auto refused = co_await join();
    if (refused == Decision::try_again) asio::co_spawn(loop_, join_later(), asio::detached);
    if (refused != Decision::refused) {
      co_await manager_.run(stop_.get_token());
      co_await leave();
    }
    co_await events_.flush();
    co_return refused != Decision::refused && !is_refused_;
  }

  /// Nothing where this manager is a member now.
  Async<std::optional<JoinError::Decision>> join() {
    const auto joined = co_await membership_.join(stop_.get_token());
    if (!joined) {
      log_.error("{}", joined.error().message);
      co_return joined.error().decision;
    }
    asio::co_spawn(loop_, membership_.run(membership_stop_.get_token()), asio::detached);
    asio::co_spawn(loop_, retirement_.run(membership_stop_.get_token()), asio::detached);
    co_return std::nullopt;
  }

  Async<void> join_later() {
    auto refused = std::optional(JoinError::Decision::try_again);
    while (refused == JoinError::Decision::try_again && !stop_.stop_requested()) {
      co_await clock_.sleep(kJoinRetry, stop_.get_token());
      refused = co_await join();
    }
    is_refused_ = refused == JoinError::Decision::refused;
    if (is_refused_) stop_.request_stop();
  }

  Async<void> leave() {
    membership_stop_.request_stop();
    co_await membership_.leave();
  }

  bool start_services() {
    auto services = HttpServices::start({.state_directory = options_.places.state_directory,
                                         .settings = settings_,
                                         .access_log = options_.access_log,
                                         .is_token = token_check(options_.places.state_directory, log_)},
                                        log_);
    if (services) {
      services_ = std::move(*services);
    } else {
      log_.error("{}", services.error());
    }
    return services_ != nullptr;
  }

  void tell_what_needs_a_restart(const DaemonSettings& next) {
    const auto of_start = [](const DaemonSettings& it) {
      return std::tie(it.manager_name, it.lease, it.apel_directory, it.https_listen, it.http_listen,
                      it.status_listen, it.https_certificate, it.https_key, it.ca_directory,
                      it.joboutputs_file_kb, it.joboutputs_machine_mb, it.joboutputs_files,
                      it.joboutputs_per_minute);
    };
    const bool is_same = of_start(next) == of_start(settings_);
    settings_ = next;
    if (is_same) return;
    log_.warning(
        "[settings] has changed: what it says of the HTTPS service, of the lease, of this manager's name "
        "and of apel_directory is in force after a restart");
  }

  /// Whether it changed or not.
  void read_configuration() { asio::co_spawn(loop_, configuration_.read(Reload::always), asio::detached); }

  std::optional<Configuration> next_configuration() {
    auto next = configuration_.take();
    if (!next) return std::nullopt;
    pipes_.follow(*next);
    if (next->parsed) tell_what_needs_a_restart(next->daemon);
    notifier_.status(next->parsed ? counted(next->spaces.size(), "space") + " configured"
                                  : "the configuration cannot be read; the last good one is in force");
    if (next->parsed) events_.set_limits(event_limits(next->daemon));
    return next;
  }

  void listen_for_signals() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) return;
      if (signal == SIGHUP) {
        log_.reopen();
        log_.info("reading the configuration because of SIGHUP");
        notifier_.reloading();
        read_configuration();
        services_->refresh();
        notifier_.ready();
        listen_for_signals();
        return;
      }
      log_.info("stopping because of {}", signal == SIGTERM ? "SIGTERM" : "SIGINT");
      notifier_.stopping();
      stop_.request_stop();
    });
  }

  /// Tells systemd that the loop turns. Ends with the loop.
  Async<void> keep_watchdog() {
    const auto interval = notifier_.alive_every();
    if (!interval) co_return;
    for (;;) {
      notifier_.alive();
      co_await clock_.sleep(*interval, std::stop_token());
    }
  }

  DaemonOptions options_;
  asio::io_context loop_;
  DiskWorker worker_;
  DiskWorker membership_disk_;  ///< nothing delays a renewal; what takes longer than the lease is told then
  SideThreads side_work_;
  SharedDirectoryStore store_;
  SharedTokenKey token_key_;
  LocalFileReader files_;
  SystemClock clock_;
  SpdlogLog log_;
  EventFile events_;
  OrderDirectory orders_;
  ApelSink accounting_;
  UdpSink datagrams_{loop_.get_executor(), clock_};
  HeartbeatListFiles heartbeat_lists_;
  HostHealthReader host_;
  CurlClient web_;
  RedirectFollower redirects_{web_, clock_};
  HttpResourceFetcher fetcher_{redirects_};
  DiskWorker image_disk_{1, kImageReadingMax};
  DiskImageCache images_;
  CernvmVerifier image_verifier_;
  FaultBoard faults_;
  ServiceNotifier notifier_ = ServiceNotifier::from_environment();
  DaemonSettings settings_;
  ConfigurationWatch configuration_;
  std::unique_ptr<HttpServices> services_;
  std::stop_source stop_;
  asio::signal_set signals_{loop_, SIGTERM, SIGINT, SIGHUP};
  std::stop_source membership_stop_;
  bool is_refused_ = false;  ///< by the other managers
  LocalFileWriter writer_{worker_};
  std::uint64_t seed_;
  ManagerDirectory managers_;
  TurnDirectory turns_;
  Membership membership_;
  RecordCensus census_{options_.places.state_directory, worker_};
  Retirement retirement_{managers_, census_, membership_, membership_, clock_, log_};
  FencedStore fenced_store_{store_, membership_};
  Manager manager_;
  PipeKeeper pipes_;
};

/// The configuration to start with; nothing, and words on the standard error, where there is none to start
/// with.
std::optional<Configuration> first_configuration(DiskConfiguration& disk) {
  Configuration configuration = disk.load();
  if (configuration.parsed && !configuration.spaces.empty()) return configuration;
  for (const Diagnostic& diagnostic : configuration.all_diagnostics())
    std::cerr << to_string(diagnostic) << "\n";
  std::cerr << "vcycled: "
            << (configuration.parsed ? "no [space …] is configured" : "the configuration cannot be read")
            << "; see vcycle.conf(5) and 'vcycle check'\n";
  return std::nullopt;
}

/// The state directory, made where it is not there yet, and for this process alone.
std::optional<ManagerLock> lock_state(const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    std::cerr << fmt::format("vcycled: {}: {}; make it, or name another with --state-dir\n", directory,
                             error.message());
    return std::nullopt;
  }
  auto lock = ManagerLock::take(directory);
  if (lock) return std::move(*lock);
  std::cerr << "vcycled: " << lock.error() << "\n";
  return std::nullopt;
}

}  // namespace

int run_daemon(const DaemonOptions& options) {
  keep_freed_memory();
  DiskConfiguration disk(options.places);
  auto configuration = first_configuration(disk);
  if (!configuration) return 1;
  const auto lock = lock_state(options.places.state_directory);
  if (!lock) return 1;
  Daemon daemon(options, std::move(disk), std::move(*configuration));
  if (options.once) return daemon.run_once();
  const int status = daemon.run();
  // What a stop left unfinished may hold references into the daemon: the process ends without unwinding it.
  std::cerr.flush();
  std::_Exit(status);
}

}  // namespace vacuum
