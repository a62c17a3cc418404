#include "control/heartbeat_lists.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace vacuum {
namespace {

constexpr const char* kProxyOption = "cvmfs_proxy";
/// More would make user_data longer than clouds take it, and no client asks so many.
constexpr std::size_t kProxiesMax = 100;

std::string proxy_url(const std::string& ip, int port) {
  const bool is_ipv6 = ip.find(':') != std::string::npos;
  return is_ipv6 ? fmt::format("http://[{}]:{}", ip, port) : fmt::format("http://{}:{}", ip, port);
}

std::optional<MachinetypeIndex> index_of(const SpaceSettings& settings, const MachinetypeName& name) {
  const auto found = std::ranges::find(settings.machinetypes, name, &MachinetypeSettings::name);
  if (found == settings.machinetypes.end()) return std::nullopt;
  return static_cast<MachinetypeIndex>(found - settings.machinetypes.begin());
}

}  // namespace

std::vector<LiveMachine> live_machines(const Fleet& fleet, const SpaceSettings& settings,
                                       MachinetypeIndex machinetype, TimePoint now) {
  std::vector<LiveMachine> live;
  const auto& rule = settings.machinetypes[position(machinetype)].heartbeat;
  if (!rule) return live;
  for (const Machine& machine : fleet.machines) {
    const bool runs = machine.machinetype == machinetype && machine.state == MachineState::running;
    if (!runs || !machine.heartbeat || now - *machine.heartbeat > rule->max_age) continue;
    live.push_back({*machine.heartbeat, machine.name, machine.ip});
  }
  std::ranges::sort(live, [](const LiveMachine& a, const LiveMachine& b) {
    return std::tie(b.heartbeat, a.name) < std::tie(a.heartbeat, b.name);
  });
  return live;
}

std::map<MachinetypeName, std::string> heartbeat_lists(const Fleet& fleet, const SpaceSettings& settings,
                                                       TimePoint now) {
  std::map<MachinetypeName, std::string> lists;
  for (std::size_t i = 0; i < settings.machinetypes.size(); ++i) {
    std::string& lines = lists[settings.machinetypes[i].name];
    for (const LiveMachine& machine : live_machines(fleet, settings, static_cast<MachinetypeIndex>(i), now))
      lines += fmt::format("{} {} {}\n", to_unix(machine.heartbeat), machine.name, machine.ip);
  }
  return lists;
}

std::string cvmfs_proxies(const Fleet& fleet, const SpaceSettings& settings, const MachinetypeSettings& type,
                          TimePoint now) {
  const auto option = type.user_data_options.find(kProxyOption);
  const std::string configured = option == type.user_data_options.end() ? std::string() : option->second;
  const auto index = type.cvmfs_proxy ? index_of(settings, type.cvmfs_proxy->machinetype) : std::nullopt;
  if (!index) return configured;
  std::string proxies;
  std::size_t count = 0;
  for (const LiveMachine& machine : live_machines(fleet, settings, *index, now)) {
    if (machine.ip.empty()) continue;
    if (++count > kProxiesMax) break;
    proxies += (proxies.empty() ? "" : "|") + proxy_url(machine.ip, type.cvmfs_proxy->port);
  }
  if (proxies.empty()) return configured;
  return configured.empty() ? proxies : proxies + ";" + configured;
}

}  // namespace vacuum
