#include "sim/scenario.hpp"

namespace vacuum::sim {
namespace {

// One minute shows shares, back-off and recovery: times are those of a toy.
constexpr std::string_view kDemo = R"json({
  "description": "One minute at a small site: demo-steady always has work, demo-waves has some now and then, demo-idle never",
  "cloud": {
    "projects": [{"name": "demo", "quota": {"instances": 40, "cores": 40, "ram_mb": 163840}}],
    "schedule_seconds": [0.1, 0.3],
    "build_seconds": [0.5, 1.2],
    "delete_seconds": [0.3, 0.8]
  },
  "machinetypes": {
    "demo-steady": {"boot_seconds": [0.5, 1], "work_seconds": [8, 20], "heartbeat_seconds": 2},
    "demo-waves": {
      "boot_seconds": [0.5, 1], "work_seconds": [5, 10], "idle_seconds": 1, "heartbeat_seconds": 2,
      "work": {"windows": [[0, 18]], "period_seconds": 33}
    },
    "demo-idle": {"boot_seconds": [0.5, 1], "idle_seconds": 2, "work": "never", "heartbeat_seconds": 2}
  }
})json";

Flavor flavor(std::string name, int processors, int memory_mb, int disk_gb) {
  return {FlavorName(std::move(name)), "", processors, memory_mb, disk_gb};
}

}  // namespace

std::string_view builtin_scenario(std::string_view name) {
  return name == "demo" ? kDemo : std::string_view();
}

Scenario default_scenario() {
  Scenario scenario;
  scenario.cloud.flavors = {flavor("m1.small", 1, 2048, 20), flavor("m1.medium", 2, 4096, 40),
                            flavor("m1.large", 4, 8192, 80), flavor("m1.xlarge", 8, 16384, 160)};
  scenario.cloud.images = {{"cernvm4"}, {"cernvm3"}};
  UserSettings user;
  user.application_credentials.push_back({"cloudbox", "cloudbox", Secret("cloudbox-secret")});
  scenario.identity.users = {user};
  return scenario;
}

}  // namespace vacuum::sim
