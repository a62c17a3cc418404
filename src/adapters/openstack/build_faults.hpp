#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "adapters/openstack/api.hpp"
#include "domain/fault.hpp"

namespace vacuum::openstack {

enum class Listing : std::uint8_t { of_all, of_changes };

/// Why servers failed where the listing does not say: Nova leaves the fault out of listings for servers that
/// found no host (they are in cell 0), and tells it only of one server at a time.
class BuildFaults {
 public:
  explicit BuildFaults(Api& api) : api_(api) {}

  /// Pages of a listing follow.
  void begin(Listing listing);
  /// Completes the faults of machines (names as in spec 3) of a page. Asks for each server once, and for a
  /// bounded number in one listing; what cannot be had stays as it is.
  Async<void> complete(std::vector<Server>& servers, Deadline deadline);

 private:
  Async<std::optional<Fault>> ask(ServerId id, Deadline deadline);

  Api& api_;
  std::map<ServerId, Fault> known_;   ///< of servers in the listing of all under way, and changed since
  std::map<ServerId, Fault> before_;  ///< of servers in the one before
  int left_ = 0;                      ///< how many servers may be asked for
};

}  // namespace vacuum::openstack
