#include "control/accounting.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/apel_record.hpp"

namespace vacuum {
namespace {

const MachinetypeSettings* type_of(const Machine& machine, const SpaceSettings& settings) {
  return machine.machinetype ? &settings.machinetypes[position(*machine.machinetype)] : nullptr;
}

double service_level(const Machine& machine, const MachinetypeSettings* type) {
  if (machine.hs06) return *machine.hs06 / std::max(machine.processors, 1);
  return type ? type->hs06_per_processor.value_or(1.0) : 1.0;
}

}  // namespace

AccountingRecord accounting_record(const AccountMachine& action, const Machine& machine,
                                   const SpaceSettings& settings, const ManagerName& manager) {
  const MachinetypeSettings* type = type_of(machine, settings);
  JobRecord job{.site = settings.gocdb_sitename,
                .space = settings.name,
                .manager = manager,
                .server_id = machine.server_id,
                .machine = machine.name,
                .machinetype = machine.machinetype_name,
                .fqan = machine.accounting_fqan,
                .started = action.started,
                .stopped = action.stopped,
                .processors = std::max(machine.processors, 1),
                .memory_mb = machine.memory_mb,
                .hs06_per_processor = service_level(machine, type)};
  if (type && job.fqan.empty()) job.fqan = type->accounting_fqan;
  if (type && job.memory_mb == 0) job.memory_mb = type->mb_per_processor * job.processors;
  using Sending = AccountingRecord::Sending;
  return {.key = job_record_key(settings.name, machine.name),
          .day = accounting_day(action.stopped),
          .not_before = accounting_day(std::min(machine.created, action.started)),
          .text = job_record_text(job),
          .sending = settings.sends_accounting ? Sending::send : Sending::archive_only};
}

std::string accounting_words(const AccountMachine& action, const AccountingRecord& record) {
  return fmt::format("ran for {}; record {}/{}{}", format_duration(action.stopped - action.started),
                     record.day, record.key,
                     record.sending == AccountingRecord::Sending::send ? ", to be sent" : ", kept only");
}

}  // namespace vacuum
