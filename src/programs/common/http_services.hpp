#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "adapters/http_server/http_threads.hpp"
#include "adapters/http_server/tls_identity.hpp"
#include "adapters/shared_directory/machine_directory_files.hpp"
#include "adapters/shared_directory/status_files.hpp"
#include "adapters/system/access_log_file.hpp"
#include "domain/settings.hpp"
#include "programs/common/client_trust.hpp"
#include "wire/machine_routes.hpp"
#include "wire/status_routes.hpp"

namespace vacuum {

/// What the services of a program are to be.
struct HttpServiceOptions {
  std::string state_directory;  ///< absolute
  DaemonSettings settings;
  std::string access_log;  ///< absolute path; empty: none
  /// Whether a token is that machine's own. Called on any thread.
  std::function<bool(const SpaceName&, const MachineName&, std::string_view token)> is_token;
  bool has_cycles = true;  ///< whether the program runs cycles, which /healthz and /metrics then tell of
};

/// The HTTPS service for VMs and the status service for operators, on threads of their own, with what they
/// need: certificates that are read again when they change, trusted authorities, the access log.
class HttpServices {
 public:
  /// Serves where the settings say; what and where is logged. An error says why VMs cannot be served. Where
  /// the status service cannot be had, a line says so and the rest goes on.
  static Result<std::unique_ptr<HttpServices>, std::string> start(HttpServiceOptions options, Log& log);
  ~HttpServices();

  /// Opens the access log anew and looks at certificates and authorities at once.
  void refresh();
  /// Lets requests end within `grace`. Blocks; false where a thread hangs in the disk.
  bool stop(Milliseconds grace);

 private:
  HttpServices(HttpServiceOptions options, Log& log);
  Result<Done, std::string> open_machine_service();
  Result<Done, std::string> load_identity();
  void open_status_service();
  http_server::HttpServerParts machine_parts();
  Result<Done, std::string> listen(const std::vector<HostPort>& places, const char* scheme,
                                   const http_server::HttpServerParts& parts);

  /// Looks at what changes on disk, now and then, until the end.
  void keep_house();
  void look_at_certificate();
  void tell_access_log();
  [[nodiscard]] std::vector<std::string> troubles() const;
  [[nodiscard]] std::string metrics_text() const;  ///< of the services alone

  HttpServiceOptions options_;
  Log& log_;
  shared_directory::MachineDirectoryFiles files_;
  shared_directory::StatusFiles status_files_;
  wire::UploadRates rates_;
  wire::MachineView machine_view_;
  wire::StatusView status_view_;
  std::shared_ptr<http_server::TlsIdentity> identity_;
  std::unique_ptr<ClientTrust> trust_;
  std::unique_ptr<AccessLogFile> access_log_;
  std::shared_ptr<http_server::Traffic> traffic_ = std::make_shared<http_server::Traffic>();
  std::shared_ptr<http_server::ConnectionCounts> counts_ = std::make_shared<http_server::ConnectionCounts>();

  mutable std::mutex mutex_;
  std::string certificate_trouble_;  ///< why the last new pair is not in use
  std::condition_variable wake_;
  bool refresh_ = false;
  bool ending_ = false;

  http_server::HttpThreads machine_threads_;
  http_server::HttpThreads status_threads_;
  std::thread housekeeper_;
};

}  // namespace vacuum
