#pragma once

#include <vector>

#include "adapters/openstack/build_faults.hpp"
#include "adapters/openstack/flavors.hpp"
#include "adapters/openstack/nova_listing.hpp"
#include "adapters/openstack/nova_versions.hpp"

namespace vacuum::openstack {

/// Listings of servers: whole, or an error.
class Servers {
 public:
  Servers(Api& api, NovaVersions& versions, Flavors& flavors)
      : api_(api), versions_(versions), flavors_(flavors), faults_(api) {}

  Async<CloudResult<std::vector<Server>>> all(Deadline deadline);
  Async<CloudResult<std::optional<Server>>> find(MachineName name, Deadline deadline);

 private:
  Async<CloudResult<std::vector<Server>>> list(std::string query, Deadline deadline);
  /// False where the listing has to be begun again: the last server of a page was gone when the next was
  /// asked for.
  Async<CloudResult<bool>> read_pages(std::string query, std::string microversion,
                                      std::vector<ListedServer>& servers, Deadline deadline);
  Async<CloudResult<std::vector<Server>>> with_flavors(std::vector<ListedServer> listed, Deadline deadline);

  Api& api_;
  NovaVersions& versions_;
  Flavors& flavors_;
  BuildFaults faults_;
};

}  // namespace vacuum::openstack
