#pragma once

#include <map>

#include "control/holds.hpp"
#include "domain/fleet.hpp"
#include "domain/settings.hpp"
#include "platform/x509/proxy_maker.hpp"
#include "ports/file_reader.hpp"
#include "ports/side_work.hpp"

namespace vacuum {

/// What the proxies of a space's machinetypes are made from, as read for a cycle.
class ProxyIssuers {
 public:
  /// Reads x509cert.pem and x509key.pem of each machinetype that has user_data_proxy and a share. One whose
  /// machines could not be given a proxy now is held, with the reason; the others go on.
  Async<void> read(FileReader& files, const SpaceSettings& settings, TimePoint now, Holds& holds);

  /// Nothing where the machinetype has no proxies or is held.
  [[nodiscard]] const ProxyIssuer* of(MachinetypeIndex machinetype) const;

 private:
  std::map<MachinetypeIndex, ProxyIssuer> issuers_;
};

/// When a machine that is created now must end: what its proxy lasts until.
[[nodiscard]] TimePoint proxy_end(const MachinetypeSettings& type, TimePoint now,
                                  std::optional<TimePoint> shutdown_time);

/// Makes the key beside the loop, and the proxy of one machine with it.
Async<Result<Secret, X509Error>> make_machine_proxy(ProxyIssuer issuer, ProxyRequest request, SideWork& side);

/// The request for a machine of `type`.
[[nodiscard]] ProxyRequest proxy_request(const MachinetypeSettings& type, TimePoint now,
                                         std::optional<TimePoint> shutdown_time);

}  // namespace vacuum
