#include "sim/openstack_api/api_request.hpp"

#include <fmt/format.h>

namespace vacuum::sim {
namespace {

std::string_view title_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 409:
      return "Conflict";
    case 413:
      return "Request Entity Too Large";
    case 429:
      return "Too Many Requests";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

std::string_view nova_kind_of(int status) {
  switch (status) {
    case 400:
      return "badRequest";
    case 401:
      return "unauthorized";
    case 403:
      return "forbidden";
    case 404:
      return "itemNotFound";
    case 405:
      return "badMethod";
    case 409:
      return "conflictingRequest";
    case 413:
    case 429:
      return "overLimit";
    case 503:
      return "serviceUnavailable";
    default:
      return "computeFault";
  }
}

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace

bool ApiRequest::is(std::string_view wanted_method, std::initializer_list<std::string_view> path) const {
  if (raw.method != wanted_method || segments.size() != path.size()) return false;
  std::size_t i = 0;
  for (const std::string_view wanted : path) {
    if (wanted != "*" && segments[i] != wanted) return false;
    ++i;
  }
  return true;
}

ServedResponse json_response(int status, std::string body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

ServedResponse keystone_error(int status, std::string_view message) {
  return json_response(status, fmt::format(R"({{"error": {{"code": {}, "message": {}, "title": "{}"}}}})",
                                           status, quoted(message), title_of(status)));
}

ServedResponse nova_error(int status, std::string_view message) {
  ServedResponse response = json_response(status, fmt::format(R"({{"{}": {{"code": {}, "message": {}}}}})",
                                                              nova_kind_of(status), status, quoted(message)));
  response.headers.front().second = "application/json; charset=UTF-8";
  return response;
}

ServedResponse plain_error(int status, std::string_view message) {
  return json_response(status, fmt::format(R"({{"message": {}, "code": "{} {}", "title": "{}"}})",
                                           quoted(fmt::format("{}<br /><br />\n\n\n", message)), status,
                                           title_of(status), title_of(status)));
}

ServedResponse keystone_401(const ApiRequest& request) {
  ServedResponse response = keystone_error(401, "The request you have made requires authentication.");
  response.headers.emplace_back("WWW-Authenticate",
                                fmt::format("Keystone uri=\"{}{}/v3\"", request.origin, kIdentityPath));
  return response;
}

}  // namespace vacuum::sim
