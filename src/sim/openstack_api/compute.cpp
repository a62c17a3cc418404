// Nova: versions, tokens, microversions, routes.
#include <fmt/format.h>

#include "sim/openstack_api/microversion.hpp"
#include "sim/openstack_api/openstack_api.hpp"

namespace vacuum::sim {
namespace {

std::string version_entry(const ApiRequest& request, std::string_view more) {
  return fmt::format(
      R"({{"id": "v2.1", "status": "CURRENT", "version": "2.{}", "min_version": "2.1", )"
      R"("updated": "2013-07-23T11:33:21Z", "links": [{{"rel": "self", "href": "{}/v2.1/"}}{})",
      kLatestMicroversion, request.service_url(), more);
}

ServedResponse versions(const ApiRequest& request) {
  return json_response(200, fmt::format(R"({{"versions": [{}]}}]}})", version_entry(request, "")));
}

ServedResponse version_2_1(const ApiRequest& request) {
  ServedResponse response = json_response(
      200,
      fmt::format(
          R"({{"version": {}], "media-types": [{{"base": "application/json", )"
          R"("type": "application/vnd.openstack.compute+json;version=2.1"}}]}}}})",
          version_entry(
              request,
              R"(, {"rel": "describedby", "type": "text/html", "href": "http://docs.openstack.org/"})")));
  tell_microversion(response, "2.1");
  return response;
}

}  // namespace

ServedResponse OpenstackApi::compute_service(const ApiRequest& request) {
  if (request.segments.empty() && request.method() == "GET") return versions(request);
  if (request.is("GET", {"v2.1"})) return version_2_1(request);
  const Token* token = identity_.check(header_value(request.raw.headers, "X-Auth-Token"), request.now);
  if (!token) return keystone_401(request);
  auto microversion = read_microversion(request.raw.headers);
  if (auto* refusal = std::get_if<ServedResponse>(&microversion)) return std::move(*refusal);
  const ComputeCall call{request, *token, std::get<int>(microversion)};
  if (request.segments.front() != "v2.1") return plain_error(404, "The resource could not be found.");
  ServedResponse response = route_compute(call);
  tell_microversion(response, fmt::format("2.{}", call.microversion));
  return response;
}

ServedResponse OpenstackApi::route_compute(const ComputeCall& call) {
  const ApiRequest& request = call.request;
  if (request.is("POST", {"v2.1", "servers"})) return create_server(call);
  if (request.is("GET", {"v2.1", "servers"})) return list_servers(call, false);
  if (request.is("GET", {"v2.1", "servers", "detail"})) return list_servers(call, true);
  if (request.is("GET", {"v2.1", "servers", "*"})) return show_server(call);
  if (request.is("DELETE", {"v2.1", "servers", "*"})) return delete_server(call);
  if (request.is("GET", {"v2.1", "flavors"})) return list_flavors(call, false);
  if (request.is("GET", {"v2.1", "flavors", "detail"})) return list_flavors(call, true);
  if (request.is("GET", {"v2.1", "flavors", "*"})) return show_flavor(call);
  if (request.is("GET", {"v2.1", "limits"})) return limits(call);
  if (request.is("GET", {"v2.1", "os-availability-zone"})) return zones(call);
  if (request.is("GET", {"v2.1", "os-keypairs"})) return list_key_pairs(call);
  if (request.is("POST", {"v2.1", "os-keypairs"})) return create_key_pair(call);
  if (request.is("GET", {"v2.1", "os-keypairs", "*"})) return show_key_pair(call);
  if (request.is("DELETE", {"v2.1", "os-keypairs", "*"})) return delete_key_pair(call);
  return plain_error(404, "The resource could not be found.");
}

}  // namespace vacuum::sim
