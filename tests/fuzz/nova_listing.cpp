// A page of Nova's listing of servers.
#include "adapters/openstack/nova_listing.hpp"

#include "fuzz.hpp"

namespace vacuum::fuzz {

void try_input(std::string_view data) {
  static openstack::NovaListing listing;
  std::string page(data);
  std::vector<openstack::ListedServer> servers;
  const auto next = listing.read(page, servers);
  require(page == data, "a page is only read");
  if (!next) {
    require(is_one_line(next.error()), "a complaint is one line");
    return;
  }
  for (const auto& listed : servers) {
    require(!listed.server.id.empty(), "each server has an id");
    require(!listed.server.name.empty(), "each server has a name");
  }
}

}  // namespace vacuum::fuzz
