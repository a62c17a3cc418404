#include "programs/common/http_services.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "platform/distinguished_name.hpp"
#include "programs/common/service_metrics.hpp"

namespace vacuum {
namespace {

using http_server::HttpServerLimits;
using http_server::HttpServerParts;

constexpr std::size_t kMachineThreads = 2;
constexpr std::size_t kConnectionsMost = 20'000;
constexpr std::size_t kConnectionsPerAddress = 4'000;  // a site's VMs may share one address
constexpr std::size_t kOtherDescriptors = 256;         // for the disk, the clouds, logs
constexpr std::size_t kStatusConnections = 100;
constexpr Seconds kHouseInterval{5};
constexpr Seconds kWarnBefore{7 * 24 * 3600};

TimePoint time_now() {
  return std::chrono::floor<Seconds>(std::chrono::system_clock::now());
}

Milliseconds monotonic_now() {
  return std::chrono::floor<Milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

HttpServerLimits machine_limits(const DaemonSettings& settings) {
  const std::size_t descriptors = http_server::raise_descriptor_limit();
  HttpServerLimits limits;
  limits.body_bytes = static_cast<std::size_t>(settings.joboutputs_file_kb) << 10;
  limits.connections =
      std::min(kConnectionsMost, std::max(2 * kOtherDescriptors, descriptors) - kOtherDescriptors);
  limits.connections_per_address = kConnectionsPerAddress;
  limits.idle = Milliseconds{600'000};  // heartbeats come each few minutes: so a VM can keep its connection
  return limits;
}

HttpServerLimits status_limits() {
  HttpServerLimits limits;
  limits.body_bytes = 1024;
  limits.connections = kStatusConnections;
  limits.connections_per_address = kStatusConnections;
  return limits;
}

std::string shown(const HostPort& place) {
  const bool is_v6 = place.host.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", place.host, place.port)
               : fmt::format("{}:{}", place.host, place.port);
}

std::function<void(const std::string&)> fault_teller(Log& log) {
  return [&log](const std::string& fault) { log.error("a request is answered with status 500: {}", fault); };
}

OutputLimits output_limits(const DaemonSettings& settings) {
  return {.file_bytes = static_cast<std::size_t>(settings.joboutputs_file_kb) << 10,
          .machine_bytes = static_cast<std::size_t>(settings.joboutputs_machine_mb) << 20,
          .files = static_cast<std::size_t>(settings.joboutputs_files)};
}

}  // namespace

HttpServices::HttpServices(HttpServiceOptions options, Log& log)
    : options_(std::move(options)),
      log_(log),
      files_(options_.state_directory + "/shared"),
      status_files_(options_.state_directory),
      rates_(options_.settings.joboutputs_per_minute),
      machine_view_{.files = files_,
                    .log = log_,
                    .limits = output_limits(options_.settings),
                    .rates = rates_,
                    .is_token = options_.is_token,
                    .dn_matches = dn_matches},
      status_view_{.source = status_files_,
                   .metrics_text = [this] { return metrics_text(); },
                   .troubles = [this] { return troubles(); },
                   .has_cycles = options_.has_cycles},
      machine_threads_(kMachineThreads),
      status_threads_(1) {}

HttpServices::~HttpServices() {
  stop(Milliseconds{0});
}

Result<std::unique_ptr<HttpServices>, std::string> HttpServices::start(HttpServiceOptions options, Log& log) {
  std::unique_ptr<HttpServices> services(new HttpServices(std::move(options), log));
  if (!services->options_.access_log.empty()) {
    services->access_log_ = std::make_unique<AccessLogFile>(services->options_.access_log);
    services->tell_access_log();
  }
  if (auto opened = services->open_machine_service(); !opened) return Failure{std::move(opened.error())};
  services->open_status_service();
  services->machine_threads_.start();
  services->status_threads_.start();
  services->housekeeper_ = std::thread([self = services.get()] { self->keep_house(); });
  return services;
}

Result<Done, std::string> HttpServices::load_identity() {
  const DaemonSettings& settings = options_.settings;
  if (settings.https_certificate.empty() || settings.https_key.empty())
    return Failure{
        std::string("https_listen needs https_certificate and https_key in [settings]: paths of PEM "
                    "files")};
  auto identity = http_server::TlsIdentity::load({settings.https_certificate, settings.https_key},
                                                 http_server::ClientCertificates::asked_for);
  if (!identity) return Failure{std::move(identity.error())};
  identity_ = std::move(*identity);
  struct stat status {};
  if (::stat(settings.https_key.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0)
    log_.warning("{}: everybody can read this key; chmod o-r it", settings.https_key);
  trust_ = std::make_unique<ClientTrust>(settings.ca_directory, log_);
  return Done{};
}

Result<Done, std::string> HttpServices::open_machine_service() {
  const DaemonSettings& settings = options_.settings;
  if (settings.https_listen.empty())
    log_.info("no https_listen is configured: VMs are not served over HTTPS by this process");
  if (!settings.https_listen.empty()) {
    if (auto loaded = load_identity(); !loaded) return loaded;
    HttpServerParts parts = machine_parts();
    parts.identity = identity_;
    parts.verify_client = trust_->verifier();
    if (auto listening = listen(settings.https_listen, "https", parts); !listening) return listening;
    log_.info("the certificate {} is valid until {}", settings.https_certificate,
              format_iso8601(identity_->valid_until()));
  }
  return listen(settings.http_listen, "http", machine_parts());
}

HttpServerParts HttpServices::machine_parts() {
  HttpServerParts parts;
  parts.handler = [this](ServedRequest request) -> Async<ServedResponse> {
    co_return wire::serve_machine_files(request, machine_view_, monotonic_now());
  };
  parts.head_check = [this](const ServedRequest& head) {
    return wire::refuse_before_body(head, machine_view_);
  };
  parts.tell_fault = fault_teller(log_);
  parts.access_log = access_log_.get();
  parts.counts = counts_;
  parts.traffic = traffic_;
  return parts;
}

Result<Done, std::string> HttpServices::listen(const std::vector<HostPort>& places, const char* scheme,
                                               const HttpServerParts& parts) {
  const HttpServerLimits limits = machine_limits(options_.settings);
  for (const HostPort& place : places) {
    const auto port =
        machine_threads_.listen(parts, limits, place.host, static_cast<std::uint16_t>(place.port));
    if (!port) return Failure{fmt::format("{}_listen: {}", scheme, port.error())};
    log_.info("VMs are served on {}://{}, {} connections at most", scheme, shown({place.host, *port}),
              limits.connections);
  }
  return Done{};
}

void HttpServices::open_status_service() {
  HttpServerParts parts;
  parts.handler = [this](ServedRequest request) -> Async<ServedResponse> {
    co_return wire::serve_status(request, status_view_, time_now());
  };
  parts.tell_fault = fault_teller(log_);
  for (const HostPort& place : options_.settings.status_listen) {
    const auto port =
        status_threads_.listen(parts, status_limits(), place.host, static_cast<std::uint16_t>(place.port));
    if (port) {
      log_.info("status and metrics are on http://{}", shown({place.host, *port}));
    } else {
      log_.warning("no status and metrics: {}; set status_listen in [settings]", port.error());
    }
  }
}

void HttpServices::keep_house() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    wake_.wait_for(lock, kHouseInterval, [this] { return ending_ || refresh_; });
    refresh_ = false;
    if (ending_) return;
    lock.unlock();
    if (identity_) look_at_certificate();
    if (trust_) trust_->refresh();
    lock.lock();
  }
}

void HttpServices::look_at_certificate() {
  const auto reloaded = identity_->reload_if_changed();
  if (reloaded && *reloaded == http_server::Reloaded::unchanged) return;
  if (reloaded) {
    log_.info("new connections get the new certificate of {}, valid until {}",
              options_.settings.https_certificate, format_iso8601(identity_->valid_until()));
  } else {
    log_.error("the certificate stays the old one: {}", reloaded.error());
  }
  const std::scoped_lock lock(mutex_);
  certificate_trouble_ = reloaded ? std::string() : reloaded.error();
}

void HttpServices::tell_access_log() {
  if (const std::string problem = access_log_->problem(); !problem.empty())
    log_.error("requests are not logged: {}", problem);
}

void HttpServices::refresh() {
  if (access_log_) access_log_->reopen();
  {
    const std::scoped_lock lock(mutex_);
    refresh_ = true;
  }
  wake_.notify_one();
}

bool HttpServices::stop(Milliseconds grace) {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  if (housekeeper_.joinable()) housekeeper_.join();
  const bool machines = machine_threads_.stop(grace);
  const bool status = status_threads_.stop(grace);
  return machines && status;
}

std::vector<std::string> HttpServices::troubles() const {
  std::vector<std::string> list;
  if (identity_) {
    const Seconds left = identity_->valid_until() - time_now();
    if (left < Seconds{0}) {
      list.push_back(fmt::format("the certificate {} has ended", options_.settings.https_certificate));
    } else if (left < kWarnBefore) {
      list.push_back(fmt::format("the certificate {} ends in {}", options_.settings.https_certificate,
                                 format_duration(left)));
    }
    const std::scoped_lock lock(mutex_);
    if (!certificate_trouble_.empty())
      list.push_back(fmt::format("the certificate stays the old one: {}", certificate_trouble_));
  }
  if (access_log_ && !access_log_->problem().empty())
    list.push_back(fmt::format("requests are not logged: {}", access_log_->problem()));
  return list;
}

std::string HttpServices::metrics_text() const {
  ServiceNumbers numbers{.traffic = *traffic_, .connections = counts_->total()};
  if (identity_) numbers.certificate_until = identity_->valid_until();
  if (access_log_) numbers.log_lines_lost = access_log_->dropped();
  return service_metrics(numbers);
}

}  // namespace vacuum
