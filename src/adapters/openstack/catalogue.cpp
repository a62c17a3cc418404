#include "adapters/openstack/catalogue.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "adapters/openstack/json.hpp"
#include "base/text.hpp"

namespace vacuum::openstack {

Catalogue Catalogue::from_json(const boost::json::array& services) {
  std::vector<Endpoint> endpoints;
  for (const auto& service : services) {
    const auto* entry = service.if_object();
    const auto* list = entry == nullptr ? nullptr : array_at(*entry, "endpoints");
    if (list == nullptr) continue;
    for (const auto& item : *list) {
      const auto* endpoint = item.if_object();
      if (endpoint == nullptr || string_at(*endpoint, "url").empty()) continue;
      std::string_view region = string_at(*endpoint, "region_id");
      if (region.empty()) region = string_at(*endpoint, "region");
      endpoints.push_back({.service = std::string(string_at(*entry, "type")),
                           .interface = std::string(string_at(*endpoint, "interface")),
                           .region = std::string(region),
                           .url = std::string(string_at(*endpoint, "url"))});
    }
  }
  return Catalogue(std::move(endpoints));
}

CloudResult<std::string> Catalogue::find(std::string_view service, std::string_view interface,
                                         std::string_view region) const {
  if (interface.ends_with("URL")) interface.remove_suffix(3);
  const auto found = std::ranges::find_if(endpoints_, [&](const Endpoint& endpoint) {
    return endpoint.service == service && endpoint.interface == interface &&
           (region.empty() || endpoint.region == region);
  });
  if (found != endpoints_.end()) return found->url;
  const std::string where = region.empty() ? "any region" : fmt::format("region \"{}\"", region);
  return Failure{CloudError{
      .decision = CloudDecision::give_up,
      .message = fmt::format("the catalogue has no {} endpoint for interface \"{}\" in {}; it has: {}",
                             service, interface, where, listed())}};
}

std::string Catalogue::listed() const {
  std::vector<std::string> kinds;
  for (const auto& endpoint : endpoints_) {
    kinds.push_back(fmt::format("{} {} in {}", endpoint.service, endpoint.interface, endpoint.region));
  }
  std::ranges::sort(kinds);
  const auto repeated = std::ranges::unique(kinds);
  kinds.erase(repeated.begin(), repeated.end());
  return kinds.empty() ? "nothing" : printable(join(kinds, ", "), 1000);
}

}  // namespace vacuum::openstack
