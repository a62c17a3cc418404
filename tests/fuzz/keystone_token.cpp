// Keystone's answer to a login.
#include "adapters/openstack/keystone_requests.hpp"

#include "fuzz.hpp"

namespace vacuum::fuzz {

void try_input(std::string_view data) {
  const auto token = openstack::read_token_body(data);
  if (!token) return;
  for (const std::string_view service : {"compute", "image"}) {
    const auto url = token->catalogue.find(service, "public", "RegionOne");
    if (url)
      require(!url->empty(), "an endpoint has a URL");
    else
      require(is_one_line(url.error().message), "a complaint is one line");
  }
}

}  // namespace vacuum::fuzz
