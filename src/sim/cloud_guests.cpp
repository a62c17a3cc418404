// /cloudbox/guests: what the guest of a server was given, and what it has found out.
#include <algorithm>

#include <boost/json.hpp>

#include "sim/cloud_service.hpp"
#include "sim/openstack_api/server_json.hpp"

namespace vacuum::sim {
namespace {

namespace json = boost::json;

json::object values(const std::map<std::string, std::string>& features) {
  json::object object;
  for (const auto& [key, value] : features) object[key] = value;
  return object;
}

}  // namespace

ServedResponse CloudService::tell_guest(std::string_view name, bool only_user_data) const {
  const auto servers = model_.all();
  const auto found = std::ranges::find(servers, name, &CloudServer::name);
  if (found == servers.end()) return json_response(404, R"({"error": "there is no server of this name"})");
  const CloudServer& server = **found;
  if (only_user_data)
    return {.status = 200,
            .headers = {{"Content-Type", "application/octet-stream"}},
            .body = server.user_data,
            .delivery = Delivery::whole};
  json::object guest{{"name", server.name},
                     {"user_data_bytes", server.user_data.size()},
                     {"machinefeatures_url", server.contact.machinefeatures},
                     {"jobfeatures_url", server.contact.jobfeatures},
                     {"joboutputs_url", server.contact.joboutputs},
                     {"has_token", !server.contact.token.empty()}};
  if (const GuestFeatures* features = workload_.features_of(server)) {
    guest["machinefeatures"] = values(features->machine);
    guest["jobfeatures"] = values(features->job);
  }
  return json_response(200, json::serialize(guest));
}

}  // namespace vacuum::sim
