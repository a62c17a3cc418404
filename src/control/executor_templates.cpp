#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "control/concurrently.hpp"
#include "control/executor.hpp"
#include "control/executor_cycle.hpp"
#include "control/heartbeat_lists.hpp"
#include "platform/machine_token.hpp"
#include "platform/user_data.hpp"

// What machines are made from: read once a cycle for their machinetype, or made for one of them alone.
namespace vacuum {
namespace {

constexpr std::size_t kTemplatesAtOnce = 16;

}  // namespace

/// The files of each machinetype are had once a cycle, those of several side by side; one whose files cannot
/// be had stops its machinetype alone.
Async<void> Executor::read_all_templates(Cycle& cycle) {
  std::set<MachinetypeIndex> wanted;
  for (const Action& action : cycle.plan.actions) {
    if (const auto* creation = std::get_if<CreateMachine>(&action)) wanted.insert(creation->machinetype);
  }
  const std::vector<MachinetypeIndex> indices(wanted.begin(), wanted.end());
  const std::function<Async<void>(std::size_t)> body = [&](std::size_t i) {
    return read_templates_of(cycle, indices[i]);
  };
  co_await for_each_concurrently(indices.size(), kTemplatesAtOnce, body);
}

Async<void> Executor::read_templates_of(Cycle& cycle, MachinetypeIndex index) {
  const MachinetypeSettings& type = cycle.settings.machinetypes[position(index)];
  auto read = co_await read_templates(ports_.files, ports_.fetcher, type);
  if (read) {
    if (type.cvmfs_proxy) {
      read->user_data_options["cvmfs_proxy"] =
          cvmfs_proxies(cycle.fleet, cycle.settings, type, ports_.clock.now());
    }
    cycle.templates.emplace(index, std::move(*read));
    co_return;
  }
  cycle.outcome.templates_missing.emplace(index, read.error().message);
  leave_out(cycle, type.name, read.error().message);
}

/// Needed only where a template asks for tokens; without it those machinetypes alone get no machines.
Async<void> Executor::read_token_key(Cycle& cycle) {
  std::vector<MachinetypeIndex> asking;
  for (const auto& [index, templates] : cycle.templates) {
    if (asks_for_option(templates.user_data, kTokenOption)) asking.push_back(index);
  }
  if (asking.empty()) co_return;
  auto key = co_await ports_.token_key.token_key();
  if (key) {
    cycle.token_key = std::move(*key);
    co_return;
  }
  for (const MachinetypeIndex index : asking) {
    leave_out(cycle, cycle.settings.machinetypes[position(index)].name, key.error().message);
    cycle.templates.erase(index);
  }
}

void Executor::leave_out(Cycle& cycle, const MachinetypeName& type, const std::string& why) {
  std::string note = fmt::format("machinetype {}: {}; none is created", type, why);
  ports_.log.error("space {}: {}", cycle.space(), note);
  if (std::ranges::find(cycle.outcome.notes, note) == cycle.outcome.notes.end()) {
    cycle.outcome.notes.push_back(std::move(note));
  }
}

/// What of the machine's user_data is made for it alone.
Async<Result<MachineSecrets, X509Error>> Executor::make_secrets(Cycle& cycle, const CreateMachine& action) {
  const MachinetypeSettings& type = cycle.settings.machinetypes[position(action.machinetype)];
  const std::string& text = cycle.templates.at(action.machinetype).user_data;
  MachineSecrets secrets;
  if (cycle.token_key && asks_for_option(text, kTokenOption)) {
    secrets.joboutputs_token = machine_token(*cycle.token_key, cycle.space(), action.name);
  }
  if (type.user_data_proxy == ProxyKind::none || !asks_for_option(text, kProxyOption)) co_return secrets;
  const ProxyIssuer* issuer = cycle.proxies.of(action.machinetype);
  if (issuer == nullptr) co_return Failure{X509Error{"there is nothing to make its proxies from"}};
  ProxyRequest request = proxy_request(type, ports_.clock.now(), cycle.settings.shutdown_time);
  auto proxy = co_await make_machine_proxy(*issuer, std::move(request), ports_.side_work);
  if (!proxy) co_return Failure{proxy.error()};
  secrets.x509_proxy = std::move(*proxy);
  co_return secrets;
}

}  // namespace vacuum
