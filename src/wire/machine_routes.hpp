#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "base/time.hpp"
#include "ports/http_service.hpp"
#include "ports/log.hpp"
#include "ports/machine_files.hpp"
#include "wire/upload_rates.hpp"

namespace vacuum::wire {

/// What the routes for VMs look at. All is called on any of the service's threads.
struct MachineView {
  MachineFiles& files;
  Log& log;
  OutputLimits limits;
  UploadRates& rates;
  /// Whether a token is that machine's own (platform/machine_token). Empty: there are no tokens.
  std::function<bool(const SpaceName&, const MachineName&, std::string_view token)> is_token;
  /// Whether a client's DN begins with all components of the configured one (platform/distinguished_name).
  std::function<bool(std::string_view configured, std::string_view client)> dn_matches;
};

/// Answers a VM (spec 7, HSF-TN-2016-02):
///
///     GET, HEAD  /machines/SPACE/MACHINE/{machinefeatures,jobfeatures}[/]      the keys, one a line
///     GET, HEAD  /machines/SPACE/MACHINE/{machinefeatures,jobfeatures}/KEY     its value
///     GET, HEAD  /heartbeatlists/SPACE/MACHINETYPE
///     PUT        /machines/SPACE/MACHINE/joboutputs/FILE                       over TLS, by who may
///
/// `now` never goes back; it is for the rates of uploads.
[[nodiscard]] ServedResponse serve_machine_files(const ServedRequest& request, const MachineView& view,
                                                 Milliseconds now);

/// Looks at a request whose body is still to come: the refusal that it would get whatever the body is.
[[nodiscard]] std::optional<ServedResponse> refuse_before_body(const ServedRequest& head,
                                                               const MachineView& view);

}  // namespace vacuum::wire
