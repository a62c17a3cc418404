#include "control/status.hpp"

#include <utility>

#include "reports/status_document.hpp"

namespace vacuum {
namespace {

void take_plan(StatusDocument& status, const Plan& plan, const Tally& tally) {
  status.planned = true;
  status.processors_in_space = plan.processors_in_space;
  status.processors_limit = plan.processors_limit;
  status.orphans = plan.orphans;
  status.held_deletions = static_cast<int>(plan.held_deletions.size());
  status.held_because = plan.held_because;
  status.notes = plan.notes;
  status.ramp = plan.ramp;
  for (const MachinetypePlan& machinetype : plan.machinetypes) {
    const auto counted = tally.find(machinetype.name);
    const MachinetypeTally totals = counted == tally.end() ? MachinetypeTally{} : counted->second;
    status.machinetypes.push_back({.plan = machinetype,
                                   .created = totals.created,
                                   .finished_success = totals.finished_success,
                                   .finished_abort = totals.finished_abort,
                                   .finished_no_verdict = totals.finished_no_verdict});
  }
}

}  // namespace

std::string status_text(const StatusParts& parts) {
  StatusDocument status{.space = parts.space.text(),
                        .manager = parts.manager.name.text(),
                        .version = parts.manager.version,
                        .cycle_began = parts.began,
                        .cycle_took = parts.took,
                        .next_cycle_after = parts.until_next,
                        .error = parts.error,
                        .problems = parts.problems,
                        .quota = parts.quota,
                        .foreign_machines = parts.foreign.machines,
                        .foreign_processors = parts.foreign.processors};
  for (const BackgroundFault& fault : parts.faults)
    status.faults.push_back({fault.source, fault.sentence, fault.since});
  status.orders = parts.orders;
  status.totals = parts.totals;
  if (parts.plan != nullptr) take_plan(status, *parts.plan, parts.tally);
  status.notes.insert(status.notes.end(), parts.notes.begin(), parts.notes.end());
  return write_status(status);
}

}  // namespace vacuum
