#include "wire/status_json.hpp"

#include <boost/json.hpp>

#include "reports/json_time.hpp"

namespace vacuum::wire {
namespace {

namespace json = boost::json;

constexpr Milliseconds kGrace{30'000};

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

/// What the record alone tells of where a machine is in its life.
const char* recorded_state(const MachineRecord& record) {
  if (record.deleted) return "deleting";
  if (record.stopped) return "shutdown";
  if (record.started) return "running";
  return "starting";
}

}  // namespace

json::object machine_json(const SpaceName& space, const MachineRecord& record) {
  return {{"space", space.text()},
          {"name", record.name.text()},
          {"machinetype", text_or_null(record.machinetype.text())},
          {"state", recorded_state(record)},
          {"server_id", text_or_null(record.server_id.text())},
          {"flavor", text_or_null(record.flavor.text())},
          {"zone", text_or_null(record.zone.text())},
          {"manager", text_or_null(record.manager.text())},
          {"processors", record.processors},
          {"hs06", record.hs06 ? json::value(*record.hs06) : json::value(nullptr)},
          {"created", time_or_null(record.created)},
          {"started", time_or_null(record.started)},
          {"stopped", time_or_null(record.stopped)},
          {"deleted", time_or_null(record.deleted)},
          {"shutdown_time", time_or_null(record.shutdown_time)}};
}

json::object space_summary(const StatusDocument& status, bool overdue) {
  int machines = 0;
  int processors = 0;
  json::array machinetypes;
  for (const MachinetypeStatus& machinetype : status.machinetypes) {
    for (const int count : machinetype.plan.machines_by_state) machines += count;
    processors += machinetype.plan.processors;
    machinetypes.emplace_back(machinetype.plan.name.text());
  }
  return {{"name", status.space},
          {"manager", status.manager},
          {"version", status.version},
          {"cycle_began", to_unix(status.cycle_began)},
          {"cycle_took_ms", status.cycle_took.count()},
          {"overdue", overdue},
          {"error", text_or_null(status.error)},
          {"machines", machines},
          {"processors", processors},
          {"processors_limit",
           status.processors_limit ? json::value(*status.processors_limit) : json::value(nullptr)},
          {"held_deletions", status.held_deletions},
          {"orphans", status.orphans},
          {"machinetypes", std::move(machinetypes)}};
}

bool is_overdue(const StatusDocument& status, TimePoint now) {
  const Milliseconds due = status.next_cycle_after + status.cycle_took + kGrace;
  return status.next_cycle_after > Milliseconds{0} && now - status.cycle_began > due;
}

}  // namespace vacuum::wire
