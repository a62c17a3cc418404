#include "sim/openstack_api/glance_images.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/text.hpp"

namespace vacuum::sim {
namespace {

namespace json = boost::json;

constexpr std::size_t kImagesMax = 1000;
constexpr std::array<std::string_view, 11> kDiskFormats{"ami", "ari",   "aki", "vhd", "vhdx", "vmdk",
                                                        "raw", "qcow2", "vdi", "iso", "ploop"};
constexpr std::string_view kNoHash =
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "000000000000"
    "000000000000";

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string joined(const std::vector<std::string>& tags) {
  std::string list;
  for (const std::string& tag : tags) list += (list.empty() ? "" : ", ") + quoted(tag);
  return list;
}

/// What is known of the bytes, once they are there.
std::string content_text(const CloudImage& image) {
  if (!image.bytes) {
    return R"("size": null, "virtual_size": null, "checksum": null, "os_hash_algo": null, "os_hash_value": null)";
  }
  return fmt::format(R"("size": {}, "virtual_size": {}, "checksum": "00000000000000000000000000000000", )"
                     R"("os_hash_algo": "sha512", "os_hash_value": "{}", "stores": "cloudbox-simulated")",
                     *image.bytes, *image.bytes, kNoHash);
}

std::string text_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool is_known(std::string_view key) {
  constexpr std::array<std::string_view, 5> kKnown{"name", "disk_format", "container_format", "visibility",
                                                   "tags"};
  return std::ranges::find(kKnown, key) != kKnown.end();
}

/// Any further member of the request is a property of the image.
void read_further(const json::object& given, CloudImage& image) {
  for (const auto& member : given) {
    if (!is_known(member.key()) && member.value().is_string())
      image.properties.emplace(std::string(member.key()), std::string(member.value().get_string()));
  }
  const json::value* tags = given.if_contains("tags");
  if (tags == nullptr || !tags->is_array()) return;
  for (const json::value& tag : tags->get_array()) {
    if (tag.is_string()) image.tags.emplace_back(tag.get_string());
  }
}

}  // namespace

std::string image_text(const CloudImage& image, std::string_view project) {
  std::string time;
  append_iso8601(time, in_seconds(image.created));
  std::string properties;
  for (const auto& [name, value] : image.properties)
    properties += fmt::format("{}: {}, ", quoted(name), quoted(value));
  return fmt::format(
      R"({{{}"name": {}, "disk_format": "{}", "container_format": "bare", "visibility": "{}", {}, )"
      R"("status": "{}", "protected": false, "min_ram": 0, "min_disk": 0, "owner": "{}", "os_hidden": false, )"
      R"("id": "{}", "created_at": "{}Z", "updated_at": "{}Z", "tags": [{}], )"
      R"("self": "/v2/images/{}", "file": "/v2/images/{}/file", "schema": "/v2/schemas/image"}})",
      properties, quoted(image.settings.name), image.disk_format, image.settings.visibility,
      content_text(image), image.settings.status, image.owner.empty() ? project : image.owner, image.id, time,
      time, joined(image.tags), image.id, image.id);
}

bool is_seen_by(const CloudImage& image, std::string_view project) {
  return image.settings.visibility != "private" || image.owner.empty() || image.owner == project;
}

ServedResponse no_content() {
  ServedResponse response;
  response.status = 204;
  response.headers.emplace_back("Content-Type", "text/html; charset=UTF-8");
  return response;
}

ServedResponse make_image(const ApiRequest& request, CloudModel& model, const std::string& project) {
  boost::system::error_code error;
  const json::value body = json::parse(request.raw.body, error);
  const json::object* given = error ? nullptr : body.if_object();
  if (given == nullptr) return plain_error(400, "Malformed JSON in request body.");
  if (model.images().size() >= kImagesMax)
    return plain_error(413, "The number of images of this simulation is used up.");
  CloudImage image;
  image.settings = {
      .name = text_at(*given, "name"), .visibility = text_at(*given, "visibility"), .status = "queued"};
  if (image.settings.visibility.empty()) image.settings.visibility = "shared";
  if (image.settings.visibility == "public")
    return plain_error(403, "You are not authorized to complete publicize_image action.");
  image.disk_format = text_at(*given, "disk_format");
  if (std::ranges::find(kDiskFormats, image.disk_format) == kDiskFormats.end()) {
    return plain_error(400,
                       fmt::format("Provided object does not match schema 'image': '{}' is not one of the "
                                   "disk formats",
                                   printable(image.disk_format, 60)));
  }
  image.owner = project;
  read_further(*given, image);
  const CloudImage& made = model.add_image(std::move(image), request.now);
  ServedResponse response = json_response(201, image_text(made, project));
  response.headers.emplace_back("Location", fmt::format("{}/v2/images/{}", request.service_url(), made.id));
  return response;
}

ServedResponse take_image_file(const ApiRequest& request, CloudImage* image) {
  if (image == nullptr)
    return plain_error(404, "No image found with ID " + printable(request.segments[2], 100));
  if (header_value(request.raw.headers, "Content-Type") != "application/octet-stream")
    return plain_error(415, "The request media type is not supported by this server.");
  if (image->settings.status != "queued") {
    return plain_error(
        409, fmt::format("Image status transition from {} to saving is not allowed", image->settings.status));
  }
  image->bytes = request.raw.body.size();
  image->settings.status = "active";
  return no_content();
}

}  // namespace vacuum::sim
