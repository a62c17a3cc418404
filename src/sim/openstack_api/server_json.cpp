#include "sim/openstack_api/server_json.hpp"

#include <fmt/format.h>

#include "sim/openstack_api/http_text.hpp"

namespace vacuum::sim {
namespace {

void append_key(std::string& out, std::string_view key) {
  out += ", \"";
  out += key;
  out += "\": ";
}

void append_text(std::string& out, std::string_view key, std::string_view value) {
  append_key(out, key);
  append_json_string(out, value);
}

void append_text_or_null(std::string& out, std::string_view key, const std::optional<std::string>& value) {
  append_key(out, key);
  if (value)
    append_json_string(out, *value);
  else
    out += "null";
}

/// For values that need no escapes: ids, states.
void append_plain(std::string& out, std::string_view key, std::string_view value) {
  append_key(out, key);
  out += '"';
  out += value;
  out += '"';
}

void append_time(std::string& out, std::string_view key, Moment moment) {
  append_key(out, key);
  out += '"';
  append_iso8601(out, in_seconds(moment));
  out += "Z\"";
}

void append_usage_time(std::string& out, std::string_view key, const std::optional<Moment>& moment) {
  append_key(out, key);
  if (!moment) {
    out += "null";
    return;
  }
  out += '"';
  append_iso8601(out, in_seconds(*moment));
  out += ".000000\"";
}

void append_bookmark(std::string& out, std::string_view compute_url, std::string_view kind,
                     std::string_view id) {
  out += R"({"rel": "bookmark", "href": ")";
  out += compute_url;
  out += '/';
  out += kind;
  out += '/';
  out += id;
  out += "\"}";
}

void append_metadata(std::string& out, const CloudServer& server) {
  append_key(out, "metadata");
  out += '{';
  for (const auto& [key, value] : server.metadata) {
    if (out.back() != '{') out += ", ";
    append_json_string(out, key);
    out += ": ";
    append_json_string(out, value);
  }
  out += '}';
}

void append_image(std::string& out, const CloudServer& server, const ServerTextContext& context) {
  append_key(out, "image");
  if (server.image_id.empty()) {
    out += "\"\"";
    return;
  }
  out += R"({"id": ")";
  out += server.image_id;
  out += R"(", "links": [)";
  append_bookmark(out, context.compute_url, "images", server.image_id);
  out += "]}";
}

void append_flavor(std::string& out, const CloudServer& server, const ServerTextContext& context) {
  const Flavor& flavor = context.model.flavors()[server.flavor];
  append_key(out, "flavor");
  if (context.microversion >= 47) {
    fmt::format_to(std::back_inserter(out),
                   R"({{"vcpus": {}, "ram": {}, "disk": {}, "ephemeral": 0, "swap": 0)", flavor.processors,
                   flavor.memory_mb, flavor.disk_gb);
    append_text(out, "original_name", flavor.name.text());
    out += R"(, "extra_specs": {}})";
    return;
  }
  out += R"({"id": ")";
  out += flavor.cloud_id;
  out += R"(", "links": [)";
  append_bookmark(out, context.compute_url, "flavors", flavor.cloud_id);
  out += "]}";
}

bool has_address(const CloudServer& server) {
  return server.networking == Networking::attached && server.launched.has_value() &&
         server.status != ServerStatus::gone;
}

void append_addresses(std::string& out, const CloudServer& server) {
  append_key(out, "addresses");
  if (!has_address(server)) {
    out += "{}";
    return;
  }
  const auto byte = [&](int shift) { return static_cast<unsigned>(server.serial >> shift & 0xFF); };
  fmt::format_to(std::back_inserter(out),
                 R"({{"private": [{{"version": 4, "addr": "10.{}.{}.{}", "OS-EXT-IPS:type": "fixed", )"
                 R"("OS-EXT-IPS-MAC:mac_addr": "fa:16:3e:{:02x}:{:02x}:{:02x}"}}]}})",
                 64 + byte(16) % 64, byte(8), byte(0), byte(16), byte(8), byte(0));
}

std::string_view vm_state(const CloudServer& server) {
  switch (server.status) {
    case ServerStatus::scheduling:
    case ServerStatus::building:
      return "building";
    case ServerStatus::active:
      return "active";
    case ServerStatus::stopped:
      return "stopped";
    case ServerStatus::failed:
      return "error";
    case ServerStatus::gone:
      return "deleted";
  }
  return "error";
}

void append_task_state(std::string& out, const CloudServer& server) {
  append_key(out, "OS-EXT-STS:task_state");
  if (server.status == ServerStatus::gone)
    out += "null";
  else if (server.deleting)
    out += "\"deleting\"";
  else if (server.status == ServerStatus::scheduling)
    out += "\"scheduling\"";
  else if (server.status == ServerStatus::building)
    out += "\"spawning\"";
  else
    out += "null";
}

void append_states(std::string& out, const CloudServer& server) {
  append_task_state(out, server);
  append_plain(out, "OS-EXT-STS:vm_state", vm_state(server));
  append_key(out, "OS-EXT-STS:power_state");
  out += server.status == ServerStatus::active ? '1' : server.status == ServerStatus::stopped ? '4' : '0';
}

void append_fault(std::string& out, const CloudServer& server) {
  if (!server.fault || server.status != ServerStatus::failed) return;
  append_key(out, "fault");
  fmt::format_to(std::back_inserter(out), R"({{"code": {})", server.fault->code);
  append_time(out, "created", server.fault->created);
  append_text(out, "message", server.fault->message);
  out += '}';
}

void append_volumes(std::string& out, const CloudServer& server, int microversion) {
  append_key(out, "os-extended-volumes:volumes_attached");
  out += '[';
  if (!server.volume_id.empty()) {
    out += R"({"id": ")" + server.volume_id + '"';
    if (microversion >= 3) out += R"(, "delete_on_termination": true)";
    out += '}';
  }
  out += ']';
}

void append_security_groups(std::string& out, const CloudServer& server) {
  if (!server.host || server.networking == Networking::none || server.status == ServerStatus::gone) return;
  append_key(out, "security_groups");
  out += '[';
  for (const std::string& group : server.security_groups) {
    if (out.back() != '[') out += ", ";
    out += R"({"name": )";
    append_json_string(out, group);
    out += '}';
  }
  out += ']';
}

void append_later_keys(std::string& out, const CloudServer& server, int microversion) {
  if (microversion >= 9) out += R"(, "locked": false)";
  if (microversion >= 73) out += R"(, "locked_reason": null)";
  if (microversion >= 19) append_text_or_null(out, "description", server.description);
  if (microversion >= 26) out += R"(, "tags": [])";
  if (microversion >= 63) out += R"(, "trusted_image_certificates": null)";
  if (microversion >= 90) append_text(out, "OS-EXT-SRV-ATTR:hostname", server.name);
}

}  // namespace

std::string_view nova_status(const CloudServer& server) {
  switch (server.status) {
    case ServerStatus::scheduling:
    case ServerStatus::building:
      return "BUILD";
    case ServerStatus::active:
      return "ACTIVE";
    case ServerStatus::stopped:
      return "SHUTOFF";
    case ServerStatus::failed:
      return "ERROR";
    case ServerStatus::gone:
      return "DELETED";
  }
  return "UNKNOWN";
}

void append_links(std::string& out, std::string_view compute_url, std::string_view kind,
                  std::string_view id) {
  append_key(out, "links");
  out += R"([{"rel": "self", "href": ")";
  out += compute_url;
  out += "/v2.1/";
  out += kind;
  out += '/';
  out += id;
  out += "\"}, ";
  append_bookmark(out, compute_url, kind, id);
  out += ']';
}

void append_server_brief(std::string& out, const CloudServer& server, const ServerTextContext& context) {
  out += R"({"id": ")";
  out += server.id;
  out += '"';
  append_text(out, "name", server.name);
  append_links(out, context.compute_url, "servers", server.id);
  out += '}';
}

void append_server_detail(std::string& out, const CloudServer& server, const ServerTextContext& context) {
  out += R"({"id": ")";
  out += server.id;
  out += '"';
  append_text(out, "name", server.name);
  append_plain(out, "status", nova_status(server));
  append_plain(out, "tenant_id", context.model.projects()[server.project].id);
  append_plain(out, "user_id", server.user_id);
  append_metadata(out, server);
  append_plain(out, "hostId",
               server.host ? std::string_view(context.model.hosts()[*server.host]) : std::string_view());
  append_image(out, server, context);
  append_flavor(out, server, context);
  append_time(out, "created", server.created);
  append_time(out, "updated", server.updated);
  append_addresses(out, server);
  out += R"(, "accessIPv4": "", "accessIPv6": "")";
  append_links(out, context.compute_url, "servers", server.id);
  out += R"(, "OS-DCF:diskConfig": "MANUAL")";
  append_fault(out, server);
  const bool has_progress = server.status == ServerStatus::scheduling ||
                            server.status == ServerStatus::building || server.status == ServerStatus::active;
  if (has_progress) out += R"(, "progress": 0)";
  append_text(out, "OS-EXT-AZ:availability_zone",
              server.host ? std::string_view(server.zone) : std::string_view());
  out += R"(, "config_drive": "")";
  append_text_or_null(out, "key_name",
                      server.key_name.empty() ? std::nullopt : std::optional<std::string>(server.key_name));
  append_usage_time(out, "OS-SRV-USG:launched_at", server.launched);
  append_usage_time(out, "OS-SRV-USG:terminated_at",
                    server.status == ServerStatus::gone ? std::optional(server.updated) : std::nullopt);
  append_states(out, server);
  append_volumes(out, server, context.microversion);
  append_security_groups(out, server);
  append_later_keys(out, server, context.microversion);
  out += '}';
}

}  // namespace vacuum::sim
