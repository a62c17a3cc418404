#pragma once

#include <string>
#include <variant>

#include "wire/machine_routes.hpp"

namespace vacuum::wire {

/// Where a PUT wants to write.
struct UploadPlace {
  SpaceName space;
  MachineName machine;
  std::string file;
};

/// As whom a PUT is allowed: the DN, or "token"; else the refusal. All that can be said before its body.
///
/// By the machine's own token, while it is in current/ and not recorded as stopped; or by a client
/// certificate whose DN begins with the machine's https_x509dn. Tokens count over TLS alone: in clear text
/// they would be everybody's.
[[nodiscard]] std::variant<std::string, ServedResponse> judge_upload(const ServedRequest& request,
                                                                     const UploadPlace& place,
                                                                     const MachineView& view);

/// Carries out a PUT that was allowed as `identity`.
[[nodiscard]] ServedResponse store_upload(const ServedRequest& request, const UploadPlace& place,
                                          std::string identity, const MachineView& view, Milliseconds now);

}  // namespace vacuum::wire
