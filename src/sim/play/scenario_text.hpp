#pragma once

#include <string>
#include <string_view>

namespace vacuum::sim {

/// The text of a scenario, in parts that scenarios can share. Put together it is what a file of a user holds.
struct ScenarioText {
  std::string_view about;  ///< what it shows
  std::string_view site;
  std::string_view play;  ///< machinetypes, their work, and what is to come of it

  [[nodiscard]] std::string whole() const { return std::string(about).append(site).append(play); }
};

/// A space of 200 processors on a cloud that builds within seconds.
inline constexpr std::string_view kSmallSite = R"ini([DEFAULT]
backoff_seconds = 600
fizzle_seconds = 600
root_image = image:simulated
user_data = simulated

[space test]
api = openstack
processors_limit = 200
flavor_names = one

[cloud test]
flavors = one:1:2048
schedule_time = 1-3s
build_time = 5-15s
delete_time = 2-5s

)ini";

}  // namespace vacuum::sim
