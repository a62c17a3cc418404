#pragma once

#include <unordered_map>

#include "control/manager_identity.hpp"
#include "domain/plan.hpp"
#include "domain/settings.hpp"
#include "ports/machine_store.hpp"

namespace vacuum {

/// Records of machines that are to be created, on the disk already: they count for every manager.
using Intents = std::unordered_map<MachineName, MachineRecord>;

[[nodiscard]] bool creates_any(const Plan& plan);

/// Makes the record of each machine that the plan creates. Where the directory fails, the rest is left out
/// and `error` says why.
struct WrittenIntents {
  Intents intents;
  std::string error;
};
Async<WrittenIntents> write_intents(MachineStore& store, const Plan& plan, const SpaceSettings& settings,
                                    const ManagerIdentity& manager, TimePoint now);

}  // namespace vacuum
