#pragma once

#include <optional>
#include <ostream>
#include <string>

#include "base/time.hpp"
#include "domain/names.hpp"
#include "platform/x509/proxy_maker.hpp"
#include "programs/common/load_from_disk.hpp"

namespace vacuum {

struct ProxyInitOptions {
  DiskPlaces places;
  SpaceName space;
  MachinetypeName machinetype;
  std::string certificate_file;   ///< --cert; empty: the machinetype's x509cert.pem
  std::string key_file;           ///< --key; empty: its x509key.pem, or with --cert the same file
  std::optional<int> hours;       ///< --hours: life of the proxy; nothing: max_wallclock_seconds
  std::optional<ProxyForm> form;  ///< --legacy, --rfc; nothing: as configured
  std::string out_file;           ///< --out: write a proxy there; empty: none, "-": standard output
  bool install = false;           ///< --install: put --cert and --key where vcycled looks for them
};

/// `vcycle proxy-init SPACE MACHINETYPE`: what the machines of a machinetype are given as X.509 proxies, and
/// until when; makes one to try out; puts a new certificate into place. Answers the exit status: 1 where a
/// machine could not be given a proxy now, with the reason on `errors`.
int run_proxy_init(const ProxyInitOptions& options, TimePoint now, std::ostream& out, std::ostream& errors);

}  // namespace vacuum
