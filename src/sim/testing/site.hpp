#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "sim/cloud_service.hpp"

namespace vacuum::sim::testing {

/// Remembers what guests left: file names with their contents, by the name of the server.
class RememberedFiles : public GuestService {
 public:
  Sending put(const CloudServer& server, std::string_view file, std::string_view content) override {
    files[server.name].emplace_back(file, content);
    return sending;
  }
  void ask_features(const CloudServer&, Look look) override { looks.push_back(look); }
  const GuestTraffic& traffic() const override { return counts; }

  Sending sending = Sending::ended;
  std::vector<Look> looks;
  GuestTraffic counts;
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> files;
};

/// A simulated site with a client that is logged in, and time that stands still until it is stepped.
class Site {
 public:
  explicit Site(Scenario scenario = quick_scenario(), std::uint64_t seed = 1)
      : service(scenario, seed, now, files) {
    login();
  }

  /// The default scenario with a life that is the same for every server: chosen after 1 s, active after 2
  /// more, gone 1 s after its delete.
  static Scenario quick_scenario() {
    Scenario scenario = default_scenario();
    scenario.cloud.schedule_seconds = {1, 1};
    scenario.cloud.build_seconds = {2, 2};
    scenario.cloud.delete_seconds = {1, 1};
    return scenario;
  }

  void step(double seconds) {
    now += Milliseconds{static_cast<std::int64_t>(seconds * 1000)};
    service.advance(now);
  }

  ServedResponse send(std::string_view method, std::string_view target, std::string_view body = {}) {
    ServedRequest request;
    request.method = method;
    request.target = target;
    request.body = body;
    request.headers = {{"Host", "cloud.example:8774"}, {"Content-Type", "application/json"}};
    if (!token.empty()) request.headers.emplace_back("X-Auth-Token", token);
    if (!microversion.empty())
      request.headers.emplace_back("OpenStack-API-Version", "compute " + microversion);
    for (const auto& header : more_headers) request.headers.push_back(header);
    const RequestFate fate = service.judge(request);
    last_delay = fate.delay;
    return service.answer(request, fate, now);
  }
  ServedResponse get(std::string_view target) { return send("GET", target); }

  static boost::json::value parsed(const ServedResponse& response) {
    return boost::json::parse(response.body);
  }

  ServedResponse ask_for_token() {
    return send("POST", "/identity/v3/auth/tokens",
                R"({"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "demo",
                   "domain": {"id": "default"}, "password": "cloudbox"}}},
                   "scope": {"project": {"name": "demo", "domain": {"id": "default"}}}}})");
  }
  void login() {
    token.clear();
    token = header_value(ask_for_token().headers, "X-Subject-Token");
  }

  std::string flavor_id(std::string_view name = "m1.small") {
    for (const Flavor& flavor : service.model().flavors())
      if (flavor.name.text() == name) return flavor.cloud_id;
    return {};
  }
  std::string image_id() { return service.model().images().front().id; }

  /// The body that asks for a server; `more` are further members of it.
  std::string order(std::string_view name, std::string_view more = {}, std::string_view flavor = "m1.small") {
    return fmt::format(R"({{"server": {{"name": "{}", "flavorRef": "{}", "imageRef": "{}"{}}}}})", name,
                       flavor_id(flavor), image_id(), more);
  }
  ServedResponse create(std::string_view name, std::string_view more = {}) {
    return send("POST", "/compute/v2.1/servers", order(name, more));
  }
  /// The id of a server that is created now.
  std::string created_id(std::string_view name, std::string_view more = {}) {
    return std::string(parsed(create(name, more)).at("server").at("id").as_string());
  }
  boost::json::value server(const std::string& id) {
    return parsed(get("/compute/v2.1/servers/" + id)).at("server");
  }

  Moment now{Seconds{1'700'000'000}};
  RememberedFiles files;
  CloudService service;
  std::string token;
  std::string microversion;
  HttpHeaders more_headers;
  Milliseconds last_delay{0};
};

}  // namespace vacuum::sim::testing
