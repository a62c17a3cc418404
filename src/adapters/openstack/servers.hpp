#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/openstack/build_faults.hpp"
#include "adapters/openstack/flavors.hpp"
#include "adapters/openstack/nova_versions.hpp"
#include "adapters/openstack/server_pages.hpp"

namespace vacuum::openstack {

/// Listings of servers: whole, or an error.
class Servers {
 public:
  Servers(Api& api, NovaVersions& versions, Flavors& flavors)
      : api_(api), versions_(versions), flavors_(flavors), faults_(api) {}

  /// As Cloud::list(). What fits one page is always listed whole: that costs no more.
  Async<CloudResult<std::optional<ListingMark>>> list(std::optional<ListingMark> since, PageReceiver receive,
                                                      Deadline deadline);
  Async<CloudResult<std::optional<Server>>> find(MachineName name, Deadline deadline);

 private:
  Async<CloudResult<std::string>> listing_version(Deadline deadline);
  Async<CloudResult<Done>> read(ServerPages& pages, Listing listing, PageReceiver receive, Deadline deadline);
  Async<CloudResult<ServerPage>> complete(std::vector<ListedServer> listed, Listing listing,
                                          Deadline deadline);

  Api& api_;
  NovaVersions& versions_;
  Flavors& flavors_;
  BuildFaults faults_;
};

}  // namespace vacuum::openstack
