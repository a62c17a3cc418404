#include "sim/openstack_api/openstack_api.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum::sim {
namespace {

/// What the client calls this host; a text that could break out of a URL is not repeated.
std::string origin_of(const ServedRequest& request) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]";
  const std::string_view host = header_value(request.headers, "Host");
  if (host.empty() || host.size() > 255 || host.find_first_not_of(kAllowed) != std::string_view::npos)
    return "http://localhost";
  return fmt::format("http://{}", host);
}

struct Service {
  std::string_view prefix;
  std::string_view root_alias;  ///< the first segment that is answered without the prefix, too
};

constexpr Service kServices[] = {
    {kIdentityPath, "v3"}, {kComputePath, "v2.1"}, {kImagePath, "v2"}, {kNetworkPath, "v2.0"}};

/// Finds the service of a path and leaves the segments behind its prefix.
const Service* find_service(ApiRequest& request) {
  std::vector<std::string> segments = split(request.target.path, '/');
  segments.erase(segments.begin());  // before the first slash
  if (segments.empty()) return nullptr;
  for (const Service& service : kServices) {
    const bool prefixed = segments.front() == service.prefix.substr(1);
    if (!prefixed && segments.front() != service.root_alias) continue;
    if (prefixed) {
      request.service_path = service.prefix;
      segments.erase(segments.begin());
    }
    std::erase(segments, std::string{});
    request.segments = std::move(segments);
    return &service;
  }
  return nullptr;
}

}  // namespace

std::optional<ServedResponse> OpenstackApi::handle(const ServedRequest& raw, Moment now) {
  auto target = parse_target(raw.target);
  if (!target) return plain_error(400, "The request target is malformed.");
  ApiRequest request{raw, std::move(*target), {}, origin_of(raw), {}, now};
  const Service* service = find_service(request);
  if (!service) return std::nullopt;
  model_.advance(now);
  const std::string id = fmt::format("req-00000000-0000-4000-8000-{:012x}", ++requests_);
  ServedResponse response;
  if (service->prefix == kIdentityPath)
    response = identity_service(request);
  else if (service->prefix == kComputePath)
    response = compute_service(request);
  else if (service->prefix == kImagePath)
    response = image_service(request);
  else
    response = network_service(request);
  response.headers.emplace_back("x-openstack-request-id", id);
  if (service->prefix == kComputePath) response.headers.emplace_back("x-compute-request-id", id);
  return response;
}

}  // namespace vacuum::sim
