#pragma once

#include <string>
#include <vector>

#include "domain/membership.hpp"
#include "ports/async.hpp"
#include "ports/machine_store.hpp"

namespace vacuum {

/// All that the managers of a shared directory told of themselves and of each other.
struct RegisterView {
  std::vector<Lease> leases;  ///< also of those that ended, until they are retired
  std::vector<Succession> successions;
  std::vector<std::string> unreadable;  ///< files that are none of these, for people: path and reason
};

/// Where managers of one shared directory meet. Every change is atomic: a reader sees a lease or a succession
/// whole, or not at all. A lease that cannot be read is no lease: its holder counts as silent.
class ManagerRegister {
 public:
  virtual ~ManagerRegister() = default;

  /// What is there at the time of the call, never an older state.
  virtual Async<StoreResult<RegisterView>> read() = 0;
  /// Makes or replaces a lease.
  virtual Async<StoreResult<Done>> renew(Lease lease) = 0;
  /// Ends an incarnation. The first who does wins, for good: for all others this is the error `exists`.
  virtual Async<StoreResult<Done>> end(Succession succession) = 0;
  /// Removes the lease and the succession of an incarnation that has no machines any more. Gone is fine.
  virtual Async<StoreResult<Done>> retire(IncarnationId incarnation) = 0;
};

}  // namespace vacuum
