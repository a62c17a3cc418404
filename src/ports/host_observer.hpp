#pragma once

#include "domain/host_health.hpp"
#include "ports/async.hpp"

namespace vacuum {

/// Looks at the host that the manager runs on.
class HostObserver {
 public:
  virtual ~HostObserver() = default;
  /// What cannot be found out is zero or empty.
  virtual Async<HostHealth> look() = 0;
};

}  // namespace vacuum
