// Nova: listings of servers, one server, its end.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/openstack_api/openstack_api.hpp"
#include "sim/openstack_api/server_json.hpp"

namespace vacuum::sim {
namespace {

constexpr std::size_t kPageLimit = 1000;
constexpr std::size_t kServerBytes = 2300;  // what to reserve for one

ServedResponse bad_parameter(std::string_view name, std::string_view value, std::string_view what) {
  const std::string shown = printable(value, 200);
  return nova_error(400, fmt::format("Invalid input for query parameters {}. Value: {}. '{}' {}", name, shown,
                                     shown, what));
}

/// The value of ?limit=, or the answer that refuses it.
Result<std::size_t, ServedResponse> read_limit(const RequestTarget& target) {
  const auto text = target.parameter("limit");
  if (!text || text->empty()) return kPageLimit;
  if (text->find_first_not_of("0123456789") != std::string::npos)
    return Failure{bad_parameter("limit", *text, "does not match '^[0-9]*$'")};
  const auto number = parse_integer(*text);
  return number ? std::min(kPageLimit, static_cast<std::size_t>(*number)) : kPageLimit;
}

std::vector<ServerStatus> statuses_named(std::string_view name) {
  const std::string lower = to_lower(name);
  if (lower == "build") return {ServerStatus::scheduling, ServerStatus::building};
  if (lower == "active") return {ServerStatus::active};
  if (lower == "shutoff") return {ServerStatus::stopped};
  if (lower == "error") return {ServerStatus::failed};
  return {};
}

/// The time of a parameter, or the answer that refuses it.
Result<std::optional<Moment>, ServedResponse> read_time(const RequestTarget& target, std::string_view name) {
  const auto text = target.parameter(name);
  if (!text) return std::optional<Moment>{};
  const auto time = parse_isotime(*text);
  if (!time) return Failure{bad_parameter(name, *text, "is not a 'date-time'")};
  return time;
}

/// changes-before came with 2.66; before that it is passed over, as any parameter that is not known.
std::optional<ServedResponse> read_changes(const RequestTarget& target, int microversion,
                                           ServerQuery& query) {
  auto since = read_time(target, "changes-since");
  if (!since) return std::move(since).error();
  if (*since) query.changes_since = std::chrono::ceil<Seconds>(**since);
  if (microversion < 66) return std::nullopt;
  auto before = read_time(target, "changes-before");
  if (!before) return std::move(before).error();
  if (*before) query.changes_before = in_seconds(**before);
  if (*since && *before && **before < **since)
    return nova_error(400, "The value of changes-since must be less than or equal to changes-before.");
  return std::nullopt;
}

Result<ServerQuery, ServedResponse> read_query(const RequestTarget& target, int microversion) {
  ServerQuery query;
  auto limit = read_limit(target);
  if (!limit) return Failure{std::move(limit).error()};
  query.limit = *limit;
  query.marker = target.parameter("marker");
  if (target.parameter("all_tenants").value_or("0") != "0")
    return Failure{nova_error(
        403, "Policy doesn't allow os_compute_api:servers:detail:get_all_tenants to be performed.")};
  if (const auto name = target.parameter("name"); name && !name->empty()) {
    query.name = NamePattern::parse(*name);
    if (!query.name)
      return Failure{
          nova_error(400,
                     "cloudbox (simulated) reads no such regular expression: literals, escapes, . * + "
                     "and anchors only.")};
  }
  if (const auto status = target.parameter("status")) {
    if (to_lower(*status) == "deleted")
      return Failure{nova_error(403, "Only administrators may list deleted instances")};
    query.statuses = statuses_named(*status);
  }
  if (auto refusal = read_changes(target, microversion, query)) return Failure{std::move(*refusal)};
  return query;
}

/// The link to the page behind this one: the same parameters, sorted, with the last server as marker.
std::string next_link(const ApiRequest& request, const std::string& last_id) {
  auto parameters = request.target.query;
  std::ranges::stable_sort(parameters, {}, &std::pair<std::string, std::string>::first);
  const auto marker = std::ranges::find(parameters, "marker", &std::pair<std::string, std::string>::first);
  if (marker == parameters.end())
    parameters.emplace_back("marker", last_id);
  else
    marker->second = last_id;
  return fmt::format("{}/{}?{}", request.service_url(), fmt::join(request.segments, "/"),
                     make_query(parameters));
}

std::string not_found(std::string_view id) {
  return fmt::format("Instance {} could not be found.", printable(id, 100));
}

}  // namespace

ServedResponse OpenstackApi::list_servers(const ComputeCall& call, bool detail) const {
  auto query = read_query(call.request.target, call.microversion);
  if (!query) return std::move(query).error();
  const ServerPage page = model_.list(call.token.project, *query);
  if (!page.marker_found)
    return nova_error(400, fmt::format("marker [{}] not found", printable(query->marker.value_or(""), 100)));
  const std::string url = call.request.service_url();
  const ServerTextContext context{model_, url, call.microversion};
  std::string body = R"({"servers": [)";
  body.reserve(page.servers.size() * (detail ? kServerBytes : 400) + 500);
  for (const CloudServer* server : page.servers) {
    if (server != page.servers.front()) body += ", ";
    if (detail)
      append_server_detail(body, *server, context);
    else
      append_server_brief(body, *server, context);
  }
  body += ']';
  if (!page.servers.empty() && page.servers.size() == query->limit) {
    body += R"(, "servers_links": [{"rel": "next", "href": )";
    append_json_string(body, next_link(call.request, page.servers.back()->id));
    body += "}]";
  }
  body += '}';
  return json_response(200, std::move(body));
}

ServedResponse OpenstackApi::show_server(const ComputeCall& call) const {
  const std::string& id = call.request.segments.back();
  const CloudServer* server = model_.find(call.token.project, id);
  if (!server) return nova_error(404, not_found(id));
  const std::string url = call.request.service_url();
  std::string body = R"({"server": )";
  append_server_detail(body, *server, {model_, url, call.microversion});
  if (call.microversion >= 71) body.insert(body.size() - 1, R"(, "server_groups": [])");
  body += '}';
  return json_response(200, std::move(body));
}

ServedResponse OpenstackApi::delete_server(const ComputeCall& call) {
  const std::string& id = call.request.segments.back();
  if (!model_.remove(call.token.project, id, call.request.now)) return nova_error(404, not_found(id));
  ServedResponse response = json_response(204, "");
  return response;
}

}  // namespace vacuum::sim
