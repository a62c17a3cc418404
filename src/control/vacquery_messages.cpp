#include "control/vacquery_messages.hpp"

#include <algorithm>

#include "base/version.hpp"

namespace vacuum {
namespace {

const MachinetypeSettings* type_of(const Machine& machine, const SpaceSettings& settings) {
  return machine.machinetype ? &settings.machinetypes[position(*machine.machinetype)] : nullptr;
}

std::optional<double> hs06_of(const Machine& machine, const SpaceSettings& settings) {
  if (machine.hs06) return machine.hs06;
  const MachinetypeSettings* type = type_of(machine, settings);
  if (!type || !type->hs06_per_processor) return std::nullopt;
  return *type->hs06_per_processor * machine.processors;
}

bool configures_hs06(const SpaceSettings& settings, std::optional<MachinetypeIndex> machinetype) {
  if (machinetype) return settings.machinetypes[position(*machinetype)].hs06_per_processor.has_value();
  return std::ranges::any_of(settings.machinetypes,
                             [](const auto& type) { return type.hs06_per_processor.has_value(); });
}

/// Machines that start, or have run for less than fizzle_seconds (spec 9).
int before_fizzle(const CycleNews& news, MachinetypeIndex machinetype) {
  const Seconds fizzle = news.settings.machinetypes[position(machinetype)].fizzle;
  return static_cast<int>(std::ranges::count_if(news.fleet.machines, [&](const Machine& machine) {
    if (machine.machinetype != machinetype) return false;
    if (machine.state == MachineState::starting) return true;
    const auto started = machine.started ? machine.started : machine.cloud_started;
    return machine.state == MachineState::running && (!started || news.now - *started < fizzle);
  }));
}

std::optional<LastEnd> last_end(const CycleNews& news, std::size_t index) {
  const auto known = news.last_ends.find(news.settings.machinetypes[index].name);
  if (known != news.last_ends.end()) return known->second;
  if (index >= news.fleet.last_aborts.size() || !news.fleet.last_aborts[index]) return std::nullopt;
  const LastAbort& abort = *news.fleet.last_aborts[index];
  return LastEnd{abort.machine, abort.message, abort.time};
}

MachinetypeMessage machinetype_message(const CycleNews& news, std::size_t index) {
  const MachinetypeSettings& type = news.settings.machinetypes[index];
  const auto machinetype = static_cast<MachinetypeIndex>(index);
  return {.machinetype = type.name,
          .machinetypes = static_cast<int>(news.settings.machinetypes.size()),
          .fqan = type.accounting_fqan,
          .running = running_machines(news.fleet, news.settings, machinetype),
          .before_fizzle = before_fizzle(news, machinetype),
          .bytes_per_processor = std::int64_t{type.mb_per_processor} * 1024 * 1024,
          .max_wallclock = type.max_wallclock,
          .min_processors = type.min_processors,
          .max_processors = type.max_processors,
          .last_end = last_end(news, index)};
}

MachineMessage machine_message(const CycleNews& news, const MarkStopped& ended) {
  const Machine& machine = news.fleet.machines[ended.machine];
  const MachinetypeSettings* type = type_of(machine, news.settings);
  MachineMessage message{.machine = machine.name,
                         .machinetype = machine.machinetype_name,
                         .state = machine.state,
                         .server_id = machine.server_id,
                         .fqan = machine.accounting_fqan,
                         .created = machine.created,
                         .started = machine.started ? machine.started : machine.cloud_started,
                         .stopped = ended.stopped,
                         .heartbeat = machine.heartbeat,
                         .processors = machine.processors,
                         .hs06 = hs06_of(machine, news.settings)};
  if (message.fqan.empty() && type) message.fqan = type->accounting_fqan;
  // Machines of ours have left the listings only after they ended: VacMon has no word for it.
  if (message.state == MachineState::unlisted) message.state = MachineState::deleting;
  message.shutdown_message = machine.shutdown_message ? to_string(*machine.shutdown_message) : ended.reason;
  return message;
}

}  // namespace

RunningMachines running_machines(const Fleet& fleet, const SpaceSettings& settings,
                                 std::optional<MachinetypeIndex> machinetype) {
  RunningMachines running;
  if (configures_hs06(settings, machinetype)) running.hs06 = 0;
  for (const Machine& machine : fleet.machines) {
    if (machine.state != MachineState::running) continue;
    if (machinetype && machine.machinetype != machinetype) continue;
    ++running.machines;
    running.processors += machine.processors;
    if (const auto hs06 = hs06_of(machine, settings)) running.hs06 = running.hs06.value_or(0) + *hs06;
  }
  return running;
}

std::vector<std::string> cycle_messages(const CycleNews& news) {
  const VacQuerySender sender{.space = news.settings.name,
                              .site = news.settings.gocdb_sitename,
                              .factory = news.manager,
                              .version = std::string(version()),
                              .time_sent = news.now};
  std::vector<std::string> messages;
  for (const MarkStopped& ended : news.ended)
    messages.push_back(machine_status(sender, machine_message(news, ended)));
  if (news.spoken_for == SpokenFor::own_machines) return messages;
  messages.push_back(
      factory_status(sender, {.running = running_machines(news.fleet, news.settings, std::nullopt),
                              .processors_limit = news.plan.processors_limit,
                              .health = news.health}));
  for (std::size_t i = 0; i < news.settings.machinetypes.size(); ++i)
    messages.push_back(machinetype_status(sender, machinetype_message(news, i)));
  return messages;
}

}  // namespace vacuum
