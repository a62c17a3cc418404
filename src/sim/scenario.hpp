#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "sim/cloud_settings.hpp"
#include "sim/openstack_api/identity.hpp"
#include "sim/request_faults.hpp"
#include "sim/workload.hpp"

namespace vacuum::sim {

/// A whole simulated site: the cloud, its users, what their VMs do, and what goes wrong.
struct Scenario {
  std::string description;
  CloudSettings cloud;
  IdentitySettings identity;
  std::map<std::string, WorkSettings> machinetypes;
  RequestFaultSettings requests;
};

/// Reads a scenario from JSON text; docs/cloudbox.md describes its keys. The error names the key and what is
/// wrong. Keys that are not given keep what default_scenario() has; a key that is not known is an error.
[[nodiscard]] Result<Scenario, std::string> parse_scenario(std::string_view text);

/// What a cloudbox without a scenario is: four flavors, two images, one project without limits, VMs that run
/// for ever.
[[nodiscard]] Scenario default_scenario();

/// The built-in scenario of this name ("demo"), as JSON text; empty where there is none.
[[nodiscard]] std::string_view builtin_scenario(std::string_view name);

}  // namespace vacuum::sim
