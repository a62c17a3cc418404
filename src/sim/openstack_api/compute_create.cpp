// Nova: POST /servers.
#include <algorithm>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "sim/openstack_api/openstack_api.hpp"
#include "sim/openstack_api/server_json.hpp"

namespace vacuum::sim {
namespace {

namespace json = boost::json;

constexpr std::size_t kTextLimit = 255;
constexpr std::size_t kMetadataLimit = 128;
constexpr std::size_t kUserDataLimit = 65535;  // in base64
constexpr std::size_t kDepthLimit = 32;

using Checked = Result<Done, ServedResponse>;

ServedResponse invalid(std::string_view field, std::string_view value, std::string_view what) {
  return nova_error(400,
                    fmt::format("Invalid input for field/attribute {}. Value: {}. {}", field, value, what));
}

std::optional<std::string> text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (!value || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

Checked read_name(const json::object& server, CreateOrder& order) {
  if (!server.contains("name"))
    return Failure{invalid("server", json::serialize(server), "'name' is a required property")};
  const auto name = text_of(server, "name");
  if (!name) return Failure{invalid("name", json::serialize(server.at("name")), "is not of type 'string'")};
  if (name->empty()) return Failure{invalid("name", "", "'' is too short")};
  if (name->size() > kTextLimit)
    return Failure{invalid("name", *name, fmt::format("'{}' is too long", *name))};
  order.name = *name;
  return Done{};
}

Checked read_flavor(const json::object& server, const CloudModel& model, CreateOrder& order) {
  const auto id = text_of(server, "flavorRef");
  if (!id) return Failure{invalid("server", json::serialize(server), "'flavorRef' is a required property")};
  const auto flavor = model.flavor_index(*id);
  if (!flavor)
    return Failure{nova_error(400, fmt::format("Flavor {} could not be found.", printable(*id, 100)))};
  order.flavor = *flavor;
  return Done{};
}

/// The volume that is to be made from an image and booted from, if one is asked for.
Checked read_boot_volume(const json::object& server, CreateOrder& order, std::string& image) {
  const json::value* list = server.if_contains("block_device_mapping_v2");
  if (!list) return Done{};
  const json::array* devices = list->if_array();
  const json::object* device = devices && devices->size() == 1 ? devices->front().if_object() : nullptr;
  if (!device || text_of(*device, "source_type") != "image" ||
      text_of(*device, "destination_type") != "volume" || !text_of(*device, "uuid"))
    return Failure{
        nova_error(400,
                   "Block Device Mapping is Invalid: cloudbox (simulated) boots from one new volume "
                   "made from an image only.")};
  const json::value* size = device->if_contains("volume_size");
  const auto gb = !size               ? std::nullopt
                  : size->is_int64()  ? std::optional<std::int64_t>(size->get_int64())
                  : size->is_string() ? parse_integer(std::string_view(size->get_string()))
                                      : std::nullopt;
  if (!gb || *gb < 1 || *gb > 1'000'000)
    return Failure{nova_error(400, "Block Device Mapping is Invalid: volume_size is needed.")};
  order.volume_gb = static_cast<int>(*gb);
  image = *text_of(*device, "uuid");
  return Done{};
}

Checked read_image(const json::object& server, const CloudModel& model, CreateOrder& order) {
  std::string image = text_of(server, "imageRef").value_or("");
  if (Checked volume = read_boot_volume(server, order, image); !volume) return volume;
  if (image.empty()) return Failure{nova_error(400, "Invalid imageRef provided.")};
  const CloudImage* found = model.find_image(image);
  if (!found) return Failure{nova_error(400, "Can not find requested image")};
  if (found->settings.status != "active")
    return Failure{nova_error(400, fmt::format("Image {} is not active.", image))};
  if (order.volume_gb == 0) order.image_id = image;
  return Done{};
}

Checked read_networks(const json::object& server, int microversion, const CloudModel& model,
                      CreateOrder& order) {
  const json::value* networks = server.if_contains("networks");
  if (!networks) {
    if (microversion < 37) return Done{};
    return Failure{invalid("server", json::serialize(server), "'networks' is a required property")};
  }
  if (networks->is_string() && microversion >= 37) {
    const std::string_view word = networks->get_string();
    if (word == "none") order.networking = Networking::none;
    if (word == "none" || word == "auto") return Done{};
  }
  if (!networks->is_array()) return Failure{invalid("networks", json::serialize(*networks), "is not valid")};
  for (const json::value& entry : networks->get_array()) {
    const std::string uuid = entry.is_object() ? text_of(entry.get_object(), "uuid").value_or("") : "";
    if (uuid != model.network_id())
      return Failure{nova_error(400, fmt::format("Network {} could not be found.", printable(uuid, 100)))};
  }
  return Done{};
}

Checked read_metadata(const json::object& server, CreateOrder& order) {
  const json::value* metadata = server.if_contains("metadata");
  if (!metadata) return Done{};
  if (!metadata->is_object())
    return Failure{invalid("metadata", json::serialize(*metadata), "is not of type 'object'")};
  for (const auto& [key, value] : metadata->get_object()) {
    if (!value.is_string()) {
      const std::string shown = json::serialize(value);
      return Failure{invalid(key, shown, fmt::format("{} is not of type 'string'", shown))};
    }
    const std::string_view text = value.get_string();
    if (text.size() > kTextLimit || key.size() > kTextLimit)
      return Failure{invalid(key, text, fmt::format("'{}' is too long", text))};
    order.metadata.emplace_back(key, text);
  }
  if (order.metadata.size() > kMetadataLimit)
    return Failure{
        nova_error(403, fmt::format("Maximum number of metadata items exceeds {}", kMetadataLimit))};
  return Done{};
}

Checked read_user_data(const json::object& server, CreateOrder& order) {
  if (!server.contains("user_data")) return Done{};
  const auto text = text_of(server, "user_data");
  const std::string shown = text.value_or(json::serialize(server.at("user_data")));
  auto bytes = text && text->size() % 4 == 0 ? decode_base64(*text) : std::nullopt;
  if (!bytes) return Failure{invalid("user_data", shown, fmt::format("'{}' is not a 'base64'", shown))};
  if (text->size() > kUserDataLimit)
    return Failure{invalid("user_data", shown, fmt::format("'{}' is too long", shown))};
  order.user_data = std::move(*bytes);
  return Done{};
}

Checked read_placing(const json::object& server, const CloudModel& model, CreateOrder& order) {
  if (const auto zone = text_of(server, "availability_zone")) {
    if (std::ranges::find(model.zones(), *zone) == model.zones().end())
      return Failure{nova_error(400, "The requested availability zone is not available")};
    order.zone = *zone;
  }
  if (const auto key = text_of(server, "key_name")) {
    if (!model.projects()[order.project].key_pairs.contains(*key))
      return Failure{nova_error(400, "Invalid key_name provided.")};
    order.key_name = *key;
  }
  const json::value* groups = server.if_contains("security_groups");
  if (!groups || !groups->is_array()) return Done{};
  order.security_groups.clear();
  for (const json::value& group : groups->get_array())
    if (group.is_object())
      order.security_groups.push_back(text_of(group.get_object(), "name").value_or("default"));
  return Done{};
}

Checked read_order(const json::object& server, int microversion, const CloudModel& model,
                   CreateOrder& order) {
  if (Checked name = read_name(server, order); !name) return name;
  if (Checked flavor = read_flavor(server, model, order); !flavor) return flavor;
  if (Checked networks = read_networks(server, microversion, model, order); !networks) return networks;
  if (Checked metadata = read_metadata(server, order); !metadata) return metadata;
  if (Checked user_data = read_user_data(server, order); !user_data) return user_data;
  if (Checked image = read_image(server, model, order); !image) return image;
  // Before descriptions could be given, the name became one.
  order.description = microversion < 19 ? order.name : text_of(server, "description");
  return read_placing(server, model, order);
}

ServedResponse over_quota(const std::vector<QuotaExcess>& excess) {
  std::vector<std::string> resources, requested, used, limits;
  for (const QuotaExcess& over : excess) {
    resources.emplace_back(over.resource);
    requested.push_back(fmt::to_string(over.requested));
    used.push_back(fmt::to_string(over.used));
    limits.push_back(fmt::to_string(over.limit));
  }
  return nova_error(403, fmt::format("Quota exceeded for {}: Requested {}, but already used {} of {} {}",
                                     join(resources, ", "), join(requested, ", "), join(used, ", "),
                                     join(limits, ", "), join(resources, ", ")));
}

}  // namespace

ServedResponse OpenstackApi::create_server(const ComputeCall& call) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = kDepthLimit;
  const json::value body = json::parse(call.request.raw.body, error, {}, options);
  if (error || !body.is_object()) return nova_error(400, "Malformed request body");
  const json::value* server = body.get_object().if_contains("server");
  if (!server || !server->is_object()) return nova_error(400, "'server' is a required property");
  CreateOrder order;
  order.project = call.token.project;
  order.user_id = identity_.users()[call.token.user].id;
  if (Checked read = read_order(server->get_object(), call.microversion, model_, order); !read)
    return std::move(read).error();
  const auto created = model_.create(order, call.request.now);
  if (!created) return over_quota(created.error());
  const std::string url = call.request.service_url();
  std::string text = fmt::format(R"({{"server": {{"id": "{}")", (*created)->id);
  append_links(text, url, "servers", (*created)->id);
  text += R"(, "OS-DCF:diskConfig": "MANUAL", "security_groups": [)";
  for (const std::string& group : (*created)->security_groups) {
    if (text.back() != '[') text += ", ";
    text += R"({"name": )";
    append_json_string(text, group);
    text += '}';
  }
  text += fmt::format(R"(], "adminPass": "{}"}}}})", passwords_.letters_and_digits(12));
  ServedResponse response = json_response(202, std::move(text));
  response.headers.emplace_back("location", fmt::format("{}/v2.1/servers/{}", url, (*created)->id));
  return response;
}

}  // namespace vacuum::sim
