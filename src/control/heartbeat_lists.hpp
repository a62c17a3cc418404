#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/fleet.hpp"
#include "domain/settings.hpp"

namespace vacuum {

/// A machine that runs and writes its heartbeat.
struct LiveMachine {
  TimePoint heartbeat{};
  MachineName name;
  std::string ip;  ///< may be empty
};

/// The machines of a machinetype that run and whose heartbeat is not older than heartbeat_seconds, the newest
/// first. None where the machinetype has no heartbeat_file.
[[nodiscard]] std::vector<LiveMachine> live_machines(const Fleet& fleet, const SpaceSettings& settings,
                                                     MachinetypeIndex machinetype, TimePoint now);

/// For each machinetype the lines "HEARTBEAT_TIME NAME IP" of its live machines (spec 5 and 7).
[[nodiscard]] std::map<MachinetypeName, std::string> heartbeat_lists(const Fleet& fleet,
                                                                     const SpaceSettings& settings,
                                                                     TimePoint now);

/// The value of user_data_option_cvmfs_proxy for a machinetype (spec 6): the live machines of its
/// cvmfs_proxy_machinetype as HTTP proxies, then the configured value.
[[nodiscard]] std::string cvmfs_proxies(const Fleet& fleet, const SpaceSettings& settings,
                                        const MachinetypeSettings& type, TimePoint now);

}  // namespace vacuum
