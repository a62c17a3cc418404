#include "adapters/openstack/nova_requests.hpp"

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include "adapters/openstack/errors.hpp"
#include "adapters/openstack/faults.hpp"
#include "adapters/openstack/json.hpp"
#include "base/text.hpp"

namespace vacuum::openstack {
namespace {

namespace json = boost::json;

constexpr char kWhat[] = "Nova: POST /servers";
constexpr std::size_t kUserDataMax = 65535;  // of base64
constexpr std::size_t kMetadataMax = 255;    // of a name or value

CloudError refusal(std::string message) {
  Fault fault{FaultKind::refused, message};
  return {.decision = CloudDecision::refused, .message = std::move(message), .fault = std::move(fault)};
}

std::size_t base64_size(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}

void add_networks(json::object& server, const NetworkChoice& network) {
  if (std::holds_alternative<NoNetwork>(network)) server["networks"] = "none";
  if (const auto* named = std::get_if<NetworkIds>(&network)) {
    json::array list;
    for (const auto& id : named->ids) list.push_back(json::object{{"uuid", id}});
    server["networks"] = std::move(list);
  }
}

void add_boot_disk(json::object& server, int volume_gb, const std::string& image_id) {
  if (volume_gb <= 0) {
    server["imageRef"] = image_id;
    return;
  }
  const json::object volume{{"boot_index", 0},          {"uuid", image_id},
                            {"source_type", "image"},   {"destination_type", "volume"},
                            {"volume_size", volume_gb}, {"delete_on_termination", true}};
  server["block_device_mapping_v2"] = json::array{volume};
}

/// The services that check tokens, and proxies, answer before Nova does anything.
bool came_before_nova(const HttpResponse& response) {
  if (!header_value(response.headers, "Retry-After").empty()) return true;
  return response.body.find("Keystone service is temporarily unavailable") != std::string::npos;
}

CloudError server_error(const HttpResponse& response, TimePoint now) {
  CloudError error = status_error(kWhat, response, now);
  const bool before = response.status == 503 && came_before_nova(response);
  error.decision = before ? CloudDecision::retry : CloudDecision::unsure;
  return error;
}

}  // namespace

std::optional<CloudError> find_fault(const ServerRequest& request) {
  if (request.flavor.cloud_id.empty()) return refusal("the flavor is not one that the cloud listed");
  const std::size_t encoded = base64_size(request.user_data.size());
  if (encoded > kUserDataMax) {
    return refusal(
        fmt::format("user_data is too long: {} bytes as base64, Nova takes {}", encoded, kUserDataMax));
  }
  for (const auto& [name, value] : request.metadata) {
    if (name.empty() || name.size() > kMetadataMax || value.size() > kMetadataMax) {
      return refusal(fmt::format("metadata {} is longer than the {} bytes that Nova takes",
                                 printable(name, 60), kMetadataMax));
    }
  }
  return std::nullopt;
}

std::string create_body(const ServerRequest& request, const Account& account, const std::string& image_id,
                        const std::string& key_name) {
  json::object server{{"name", request.name.text()}, {"flavorRef", request.flavor.cloud_id}};
  add_boot_disk(server, request.volume_gb, image_id);
  if (!request.user_data.empty()) server["user_data"] = encode_base64(request.user_data);
  if (request.zone) server["availability_zone"] = request.zone->text();
  add_networks(server, account.network);
  if (!account.security_groups.empty()) {
    json::array groups;
    for (const auto& name : account.security_groups) groups.push_back(json::object{{"name", name}});
    server["security_groups"] = std::move(groups);
  }
  if (!key_name.empty()) server["key_name"] = key_name;
  json::object metadata;
  for (const auto& [name, value] : request.metadata) metadata[name] = value;
  server["metadata"] = std::move(metadata);
  return json::serialize(json::object{{"server", std::move(server)}});
}

CloudResult<ServerId> read_create_answer(const HttpResponse& response, TimePoint now) {
  if (is_success(response.status)) {
    const auto body = parse_json(response.body);
    const auto* root = body ? body->if_object() : nullptr;
    const auto* server = root == nullptr ? nullptr : object_at(*root, "server");
    if (server != nullptr && !string_at(*server, "id").empty())
      return ServerId(std::string(string_at(*server, "id")));
    CloudError error = unreadable_error(kWhat, response);
    error.decision = CloudDecision::unsure;
    return Failure{std::move(error)};
  }
  if (response.status >= 500 || response.status == 408) return Failure{server_error(response, now)};
  CloudError error = status_error(kWhat, response, now);
  const bool is_wait = response.status == 429 || (response.status == 413 && error.retry_after);
  if (response.status == 401 || is_wait) return Failure{std::move(error)};
  if (error.decision == CloudDecision::give_up) return Failure{std::move(error)};
  error.decision = CloudDecision::refused;
  error.retry_after.reset();
  const std::string text = error_text(response);
  FaultKind kind = response.status == 413 ? FaultKind::quota : fault_kind(text);
  if (kind == FaultKind::other) kind = FaultKind::refused;
  error.fault = Fault{kind, text};
  return Failure{std::move(error)};
}

}  // namespace vacuum::openstack
