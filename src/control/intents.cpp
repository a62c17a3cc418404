#include "control/intents.hpp"

#include <algorithm>
#include <utility>

#include "control/concurrently.hpp"

namespace vacuum {
namespace {

/// The disk's worker takes one after the other: this only keeps it busy.
constexpr std::size_t kWritesAtOnce = 32;

MachineRecord intended(const CreateMachine& creation, const MachinetypeSettings& type,
                       const ManagerIdentity& manager, TimePoint now) {
  MachineRecord record;
  record.name = creation.name;
  record.machinetype = type.name;
  record.flavor = creation.flavor.name;
  if (creation.zone) record.zone = *creation.zone;
  record.manager = manager.name;
  record.incarnation = manager.incarnation;
  record.created = now;
  record.processors = creation.flavor.processors;
  record.memory_mb = creation.flavor.memory_mb;
  record.hs06 = creation.hs06;
  record.accounting_fqan = type.accounting_fqan;
  record.max_wallclock = type.max_wallclock;
  record.shutdown_time = creation.shutdown_time;
  record.promised_grace = type.preemptible_grace;
  return record;
}

}  // namespace

bool creates_any(const Plan& plan) {
  return std::ranges::any_of(
      plan.actions, [](const Action& action) { return std::holds_alternative<CreateMachine>(action); });
}

Async<WrittenIntents> write_intents(MachineStore& store, const Plan& plan, const SpaceSettings& settings,
                                    const ManagerIdentity& manager, TimePoint now) {
  std::vector<const CreateMachine*> creations;
  for (const Action& action : plan.actions) {
    if (const auto* creation = std::get_if<CreateMachine>(&action)) creations.push_back(creation);
  }
  WrittenIntents written;
  const std::function<Async<void>(std::size_t)> body = [&](std::size_t i) -> Async<void> {
    if (!written.error.empty()) co_return;
    const CreateMachine& creation = *creations[i];
    const MachinetypeSettings& type = settings.machinetypes[position(creation.machinetype)];
    MachineRecord record = intended(creation, type, manager, now);
    const auto added = co_await store.add(settings.name, record, {});
    if (added) {
      written.intents.emplace(creation.name, std::move(record));
    } else if (written.error.empty()) {
      written.error = added.error().message;
    }
  };
  co_await for_each_concurrently(creations.size(), kWritesAtOnce, body);
  co_return written;
}

}  // namespace vacuum
