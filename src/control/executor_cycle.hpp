#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "control/executor.hpp"

namespace vacuum {

/// One plan on its way. Touched on the loop's thread alone.
struct Executor::Cycle {
  const Plan& plan;
  const Fleet& fleet;
  const SpaceSettings& settings;
  const ProxyIssuers& proxies;
  MachineMemories& memories;
  Intents intents;  ///< of machines that are not asked for yet
  CycleOutcome outcome;
  std::map<MachineName, MachineRecord> changed;  ///< records as this cycle left them
  std::map<MachinetypeIndex, MachineTemplates>
      templates;                        ///< of those machinetypes whose files could be read
  std::set<MachineName> not_accounted;  ///< their records stay until the next cycle
  /// Machines (positions) that are not what the plan took them for: the next cycle looks at them anew.
  std::set<std::size_t> left_alone;
  std::set<std::pair<FlavorName, std::optional<ZoneName>>> refused;  ///< not asked for again in this cycle
  std::set<MachinetypeIndex> refusals_told;
  std::optional<Secret> token_key;  ///< where a template asks for tokens
  std::string creations_ended;      ///< not empty: why no further creation begins

  [[nodiscard]] const Machine& machine(std::size_t position) const { return fleet.machines[position]; }
  [[nodiscard]] const SpaceName& space() const { return settings.name; }
  [[nodiscard]] bool is_left_alone(const Action& action) const {
    const auto machine = machine_of(action);
    return machine && left_alone.contains(*machine);
  }
  [[nodiscard]] bool store_failed() const { return !outcome.store_error.empty(); }
  /// Whether nothing has happened meanwhile that forbids this creation.
  [[nodiscard]] bool may_create(const CreateMachine& action) const {
    return creations_ended.empty() && !store_failed() && templates.contains(action.machinetype) &&
           !outcome.templates_missing.contains(action.machinetype) &&
           !refused.contains({action.flavor.name, action.zone});
  }
  void store_fails(const StoreError& error) {
    if (!store_failed()) outcome.store_error = error.message;
  }
  void note_creation_error(const CloudError& error) {
    if (outcome.creation_error.empty()) outcome.creation_error = error.message;
  }
  MachineRecord& record(const Machine& machine, const ManagerName& manager) {
    return changed.try_emplace(machine.name, record_of(machine, manager)).first->second;
  }
};

}  // namespace vacuum
