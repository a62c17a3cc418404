#include "sim/openstack_api/microversion.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/openstack_api/api_request.hpp"

namespace vacuum::sim {
namespace {

/// "2.37" of "compute 2.37"; empty where no version of this service is asked for.
std::string asked_version(const HttpHeaders& headers) {
  const auto words = split_words(header_value(headers, "OpenStack-API-Version"));
  if (words.size() == 2 && to_lower(words[0]) == "compute") return words[1];
  return std::string(trim(header_value(headers, "X-OpenStack-Nova-API-Version")));
}

}  // namespace

std::variant<int, ServedResponse> read_microversion(const HttpHeaders& headers) {
  const std::string asked = asked_version(headers);
  if (asked.empty()) return 1;
  if (asked == "latest") return kLatestMicroversion;
  const auto dot = asked.find('.');
  const auto major = parse_integer(asked.substr(0, dot));
  const auto minor = dot == std::string::npos ? std::nullopt : parse_integer(asked.substr(dot + 1));
  if (!major || !minor || *major < 1 || *minor < 0)
    return nova_error(400, fmt::format("API Version String {} is of invalid format. Must be of format "
                                       "MajorNum.MinorNum.",
                                       printable(asked, 100)));
  if (*major != 2 || *minor < 1 || *minor > kLatestMicroversion) {
    const std::string version = fmt::format("{}.{}", *major, *minor);
    ServedResponse refusal =
        nova_error(406, fmt::format("Version {} is not supported by the API. Minimum is 2.1 and "
                                    "maximum is 2.{}.",
                                    version, kLatestMicroversion));
    refusal.body.replace(2, refusal.body.find('"', 2) - 2, "computeFault");
    tell_microversion(refusal, version);
    return refusal;
  }
  return static_cast<int>(*minor);
}

void tell_microversion(ServedResponse& response, const std::string& version) {
  response.headers.emplace_back("OpenStack-API-Version", "compute " + version);
  response.headers.emplace_back("X-OpenStack-Nova-API-Version", version);
  response.headers.emplace_back("Vary", "OpenStack-API-Version");
  response.headers.emplace_back("Vary", "X-OpenStack-Nova-API-Version");
}

}  // namespace vacuum::sim
