#pragma once

#include <map>
#include <string>

#include "domain/names.hpp"
#include "domain/settings.hpp"

namespace vacuum {

/// Where a VM reaches its own files over HTTPS (spec 6).
struct MachineUrls {
  std::string machinefeatures;
  std::string jobfeatures;
  std::string joboutputs;
  std::string heartbeatlists;
};

[[nodiscard]] MachineUrls machine_urls(const SpaceSettings& space, const MachineName& machine);

/// The metadata (tags) that a VM carries in its cloud: name, machinetype, space and its URLs (spec 6).
/// `space` tells spaces that share a project apart.
[[nodiscard]] std::map<std::string, std::string> machine_metadata(const SpaceSettings& space,
                                                                  const MachineName& machine,
                                                                  const MachinetypeName& machinetype);

}  // namespace vacuum
