#include "control/machine_parts.hpp"

#include <algorithm>
#include <utility>

namespace vacuum {
namespace {

/// Vcycle 3.0 accounted a machine when it recorded its end, and left no note of it. Its records are known by
/// what they lack.
bool was_accounted_by_vcycle(const MachineRecord& record) {
  return record.stopped && record.flavor.empty() && record.memory_mb == 0;
}

/// What is known already is left as it is: of a large fleet that saves writing most of its memory.
template <class Text>
void write_news(Text& known, const Text& told) {
  if (known != told) known = told;
}

}  // namespace

bool is_ours(const Server& server, const SpaceName& space) {
  return is_machine_name(server.name.text()) && is_of_space(server, space);
}

void write_record(Machine& machine, const MachineRecord& record) {
  machine.record = RecordState::present;
  machine.name = record.name;
  machine.server_id = record.server_id;
  machine.machinetype_name = record.machinetype;
  machine.incarnation = record.incarnation;
  machine.processors = std::max(1, record.processors);
  machine.memory_mb = record.memory_mb;
  machine.hs06 = record.hs06;
  machine.accounting_fqan = record.accounting_fqan;
  machine.flavor = record.flavor;
  machine.zone = record.zone.empty() ? std::nullopt : std::optional(record.zone);
  machine.created = record.created.value_or(TimePoint{});
  machine.started = record.started;
  machine.stopped = record.stopped;
  machine.deleted = record.deleted;
  machine.accounted = was_accounted_by_vcycle(record) ? record.stopped : record.accounted;
  machine.shutdown_time = record.shutdown_time;
  machine.promised_grace = record.promised_grace;
  machine.max_wallclock = record.max_wallclock;
}

void write_server(Machine& machine, const Server& server) {
  write_news(machine.name, server.name);
  write_news(machine.server_id, server.id);
  machine.state = server.state;
  write_news(machine.ip, server.ip);
  if (server.processors > 0) machine.processors = server.processors;
  if (server.memory_mb > 0) machine.memory_mb = server.memory_mb;
  if (machine.machinetype_name.empty()) machine.machinetype_name = server.machinetype;
  if (machine.flavor.empty()) machine.flavor = server.flavor;
  if (!machine.zone && machine.record == RecordState::absent && !server.zone.empty())
    machine.zone = server.zone;
  if (machine.created == TimePoint{}) machine.created = server.created;
  machine.cloud_started = server.started;
  machine.cloud_updated = server.updated;
  machine.fault = server.fault;
}

Server as_listed(const Machine& machine) {
  return {.name = machine.name,
          .id = machine.server_id,
          .state = machine.state,
          .flavor = machine.flavor,
          .zone = machine.zone.value_or(ZoneName{}),
          .ip = machine.ip,
          .machinetype = machine.machinetype_name,
          .created = machine.created,
          .started = machine.cloud_started,
          .updated = machine.cloud_updated,
          .fault = machine.fault};
}

}  // namespace vacuum
