#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ports/http_service.hpp"
#include "sim/moment.hpp"
#include "sim/openstack_api/http_text.hpp"

namespace vacuum::sim {

/// A request on its way through one service of the API.
struct ApiRequest {
  const ServedRequest& raw;
  RequestTarget target;
  std::vector<std::string> segments;  ///< of the path, behind the service's prefix
  std::string origin;                 ///< "http://host:port", as the client names it
  std::string service_path;           ///< "/compute", or empty
  Moment now;

  [[nodiscard]] std::string_view method() const { return raw.method; }
  /// Whether the path has these segments; "*" stands for any one.
  [[nodiscard]] bool is(std::string_view method, std::initializer_list<std::string_view> path) const;
  /// The service's own root as the client sees it.
  [[nodiscard]] std::string service_url() const { return origin + service_path; }
};

inline constexpr std::string_view kIdentityPath = "/identity";
inline constexpr std::string_view kComputePath = "/compute";
inline constexpr std::string_view kImagePath = "/image";
inline constexpr std::string_view kNetworkPath = "/network";

/// A body that is JSON text.
[[nodiscard]] ServedResponse json_response(int status, std::string body);

/// {"error": {...}}, as Keystone and the token check of Nova say it.
[[nodiscard]] ServedResponse keystone_error(int status, std::string_view message);
/// {"badRequest": {"code": ..., "message": ...}} and its likes.
[[nodiscard]] ServedResponse nova_error(int status, std::string_view message);
/// {"message": ..., "code": "404 Not Found", "title": ...}, as Glance says it, and the middleware of Nova.
[[nodiscard]] ServedResponse plain_error(int status, std::string_view message);
/// The answer to a request without a token that is good.
[[nodiscard]] ServedResponse keystone_401(const ApiRequest& request);

}  // namespace vacuum::sim
