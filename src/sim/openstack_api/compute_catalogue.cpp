// Nova: flavors, limits, zones.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/openstack_api/openstack_api.hpp"
#include "sim/openstack_api/server_json.hpp"

namespace vacuum::sim {
namespace {

constexpr std::size_t kPageLimit = 1000;

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string flavor_text(const Flavor& flavor, const std::string& compute_url, int microversion, bool detail) {
  std::string out = fmt::format(R"({{"id": "{}", "name": {})", flavor.cloud_id, quoted(flavor.name.text()));
  if (detail)
    out +=
        fmt::format(R"(, "ram": {}, "disk": {}, "swap": {}, "OS-FLV-EXT-DATA:ephemeral": 0, )"
                    R"("OS-FLV-DISABLED:disabled": false, "vcpus": {}, "os-flavor-access:is_public": true, )"
                    R"("rxtx_factor": 1.0)",
                    flavor.memory_mb, flavor.disk_gb, microversion >= 75 ? "0" : R"("")", flavor.processors);
  append_links(out, compute_url, "flavors", flavor.cloud_id);
  if (microversion >= 55) out += R"(, "description": null)";
  if (microversion >= 61 && detail) out += R"(, "extra_specs": {})";
  return out + "}";
}

}  // namespace

ServedResponse OpenstackApi::list_flavors(const ComputeCall& call, bool detail) const {
  std::vector<const Flavor*> flavors;
  for (const Flavor& flavor : model_.flavors()) flavors.push_back(&flavor);
  std::ranges::sort(flavors, {}, &Flavor::cloud_id);
  const RequestTarget& target = call.request.target;
  auto from = flavors.begin();
  if (const auto marker = target.parameter("marker")) {
    from = std::ranges::find(flavors, *marker, &Flavor::cloud_id);
    if (from == flavors.end())
      return nova_error(400, fmt::format("marker [{}] not found", printable(*marker, 100)));
    ++from;
  }
  const auto asked = parse_integer(target.parameter("limit").value_or("1000"));
  if (!asked || *asked < 0) return nova_error(400, "Invalid input for query parameters limit.");
  const std::size_t limit = std::min(kPageLimit, static_cast<std::size_t>(*asked));
  const auto left = static_cast<std::size_t>(flavors.end() - from);
  const std::vector<const Flavor*> page(from, from + static_cast<std::ptrdiff_t>(std::min(limit, left)));
  const std::string url = call.request.service_url();
  std::string body = R"({"flavors": [)";
  for (const Flavor* flavor : page) {
    if (flavor != page.front()) body += ", ";
    body += flavor_text(*flavor, url, call.microversion, detail);
  }
  body += "]";
  if (!page.empty() && page.size() == limit)
    body += fmt::format(R"(, "flavors_links": [{{"rel": "next", "href": "{}/{}?limit={}&marker={}"}}])", url,
                        fmt::join(call.request.segments, "/"), limit, page.back()->cloud_id);
  return json_response(200, body + "}");
}

ServedResponse OpenstackApi::show_flavor(const ComputeCall& call) const {
  const std::string& id = call.request.segments.back();
  const auto index = model_.flavor_index(id);
  if (!index) return nova_error(404, fmt::format("Flavor {} could not be found.", printable(id, 100)));
  return json_response(200, fmt::format(R"({{"flavor": {}}})",
                                        flavor_text(model_.flavors()[*index], call.request.service_url(),
                                                    call.microversion, true)));
}

ServedResponse OpenstackApi::limits(const ComputeCall& call) const {
  const CloudProject& project = model_.projects()[call.token.project];
  const int version = call.microversion;
  std::string body = fmt::format(
      R"({{"limits": {{"rate": [], "absolute": {{"maxTotalInstances": {}, "maxTotalCores": {}, )"
      R"("maxTotalRAMSize": {}, "maxServerMeta": 128, "maxTotalKeypairs": 100, "maxServerGroups": 10, )"
      R"("maxServerGroupMembers": 10, "totalRAMUsed": {}, "totalCoresUsed": {}, "totalInstancesUsed": {}, )"
      R"("totalServerGroupsUsed": 0)",
      project.quota.machines, project.quota.processors, project.quota.memory_mb, project.used.memory_mb,
      project.used.processors, project.used.machines);
  if (version < 39) body += R"(, "maxImageMeta": 128)";
  if (version < 57) body += R"(, "maxPersonality": 5, "maxPersonalitySize": 10240)";
  if (version < 36)
    body += R"(, "maxTotalFloatingIps": -1, "maxSecurityGroups": -1, "maxSecurityGroupRules": -1, )"
            R"("totalFloatingIpsUsed": 0, "totalSecurityGroupsUsed": 0)";
  return json_response(200, body + "}}}");
}

ServedResponse OpenstackApi::zones(const ComputeCall&) const {
  std::string list;
  for (const std::string& zone : model_.zones())
    list += fmt::format(R"({}{{"zoneName": {}, "zoneState": {{"available": true}}, "hosts": null}})",
                        list.empty() ? "" : ", ", quoted(zone));
  return json_response(200, fmt::format(R"({{"availabilityZoneInfo": [{}]}})", list));
}

}  // namespace vacuum::sim
