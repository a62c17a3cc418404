// Glance v2: versions and images to read; Neutron: the one network.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/openstack_api/glance_images.hpp"
#include "sim/openstack_api/openstack_api.hpp"

namespace vacuum::sim {
namespace {

constexpr std::size_t kDefaultLimit = 25;
constexpr std::size_t kLargestLimit = 1000;

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

ServedResponse versions(const ApiRequest& request) {
  return json_response(300, fmt::format(R"({{"versions": [{{"id": "v2.15", "status": "CURRENT", "links": [{{)"
                                        R"("rel": "self", "href": "{}/v2/"}}]}}]}})",
                                        request.service_url()));
}

ServedResponse list_images(const ApiRequest& request, const CloudModel& model, std::string_view owner) {
  std::vector<const CloudImage*> images;
  const auto name = request.target.parameter("name");
  const auto status = request.target.parameter("status");
  const auto visibility = request.target.parameter("visibility");
  for (const CloudImage& image : model.images()) {
    if (!is_seen_by(image, owner)) continue;
    if (name && image.settings.name != *name) continue;
    if (status && image.settings.status != *status) continue;
    if (visibility && image.settings.visibility != *visibility) continue;
    images.push_back(&image);
  }
  auto from = images.begin();
  if (const auto marker = request.target.parameter("marker")) {
    from = std::ranges::find(images, *marker, &CloudImage::id);
    if (from == images.end()) return plain_error(400, "Invalid marker. Image could not be found.");
    ++from;
  }
  const auto asked = parse_integer(request.target.parameter("limit").value_or(fmt::to_string(kDefaultLimit)));
  if (!asked || *asked < 0) return plain_error(400, "limit param must be an integer");
  const std::size_t limit = std::min(kLargestLimit, static_cast<std::size_t>(*asked));
  const auto count = std::min(limit, static_cast<std::size_t>(images.end() - from));
  std::string list;
  for (auto at = from; at != from + static_cast<std::ptrdiff_t>(count); ++at)
    list += (list.empty() ? "" : ", ") + image_text(**at, owner);
  auto parameters = request.target.query;
  std::erase_if(parameters, [](const auto& parameter) { return parameter.first == "marker"; });
  const std::string first = parameters.empty() ? "/v2/images" : "/v2/images?" + make_query(parameters);
  std::string body =
      fmt::format(R"({{"images": [{}], "first": {}, "schema": "/v2/schemas/images")", list, quoted(first));
  if (count > 0 && count == limit) {
    parameters.emplace_back("marker", from[static_cast<std::ptrdiff_t>(count) - 1]->id);
    body += fmt::format(R"(, "next": {})", quoted("/v2/images?" + make_query(parameters)));
  }
  return json_response(200, body + "}");
}

}  // namespace

ServedResponse OpenstackApi::image_service(const ApiRequest& request) {
  if (request.segments.empty() && request.method() == "GET") return versions(request);
  const Token* token = identity_.check(header_value(request.raw.headers, "X-Auth-Token"), request.now);
  if (!token) {
    ServedResponse refusal = plain_error(401,
                                         "This server could not verify that you are authorized to access the "
                                         "document you requested. Either you "
                                         "supplied the wrong credentials (e.g., bad password), or your "
                                         "browser does not understand how to supply "
                                         "the credentials required.");
    refusal.headers.emplace_back("Www-Authenticate",
                                 fmt::format("Keystone uri=\"{}{}/v3\"", request.origin, kIdentityPath));
    return refusal;
  }
  const std::string& owner = model_.projects()[token->project].id;
  if (request.is("GET", {"v2", "images"})) return list_images(request, model_, owner);
  if (request.is("POST", {"v2", "images"})) return make_image(request, model_, owner);
  const bool of_one = request.segments.size() >= 3 && request.segments[1] == "images";
  CloudImage* image = of_one ? model_.find_image(request.segments[2]) : nullptr;
  if (image != nullptr && !is_seen_by(*image, owner)) image = nullptr;
  if (request.is("GET", {"v2", "images", "*"})) {
    if (image != nullptr) return json_response(200, image_text(*image, owner));
    return plain_error(404, fmt::format("No image found with ID {}", printable(request.segments[2], 100)));
  }
  if (request.is("PUT", {"v2", "images", "*", "file"})) return take_image_file(request, image);
  if (request.is("DELETE", {"v2", "images", "*"})) {
    if (image == nullptr) {
      return plain_error(
          404, fmt::format("Failed to find image {} to delete", printable(request.segments[2], 100)));
    }
    if (image->owner != owner) return plain_error(403, "You do not own this image");
    model_.remove_image(image->id);
    return no_content();
  }
  return plain_error(404, "The resource could not be found.");
}

ServedResponse OpenstackApi::network_service(const ApiRequest& request) const {
  const Token* token = identity_.check(header_value(request.raw.headers, "X-Auth-Token"), request.now);
  if (!token) return keystone_401(request);
  if (!request.is("GET", {"v2.0", "networks"}))
    return json_response(404,
                         R"({"NeutronError": {"type": "HTTPNotFound", "message": "The resource could not be )"
                         R"(found.", "detail": ""}})");
  const auto name = request.target.parameter("name");
  if (name && *name != "private") return json_response(200, R"({"networks": []})");
  return json_response(
      200, fmt::format(R"({{"networks": [{{"id": "{}", "name": "private", "tenant_id": "{}", )"
                       R"("admin_state_up": true, "mtu": 1500, "status": "ACTIVE", "subnets": [], )"
                       R"("shared": true}}]}})",
                       model_.network_id(), model_.projects()[token->project].id));
}

}  // namespace vacuum::sim
