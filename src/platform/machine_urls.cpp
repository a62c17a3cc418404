#include "platform/machine_urls.hpp"

#include <fmt/format.h>

namespace vacuum {

MachineUrls machine_urls(const SpaceSettings& space, const MachineName& machine) {
  const std::string host = fmt::format("https://{}:{}", space.https_host, space.https_port);
  const std::string base = fmt::format("{}/machines/{}/{}", host, space.name, machine);
  return {.machinefeatures = base + "/machinefeatures",
          .jobfeatures = base + "/jobfeatures",
          .joboutputs = base + "/joboutputs",
          .heartbeatlists = fmt::format("{}/heartbeatlists/{}", host, space.name)};
}

std::map<std::string, std::string> machine_metadata(const SpaceSettings& space, const MachineName& machine,
                                                    const MachinetypeName& machinetype) {
  const MachineUrls urls = machine_urls(space, machine);
  return {{"name", machine.text()},          {"machinetype", machinetype.text()},
          {"space", space.name.text()},      {"machinefeatures", urls.machinefeatures},
          {"jobfeatures", urls.jobfeatures}, {"joboutputs", urls.joboutputs}};
}

}  // namespace vacuum
