#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "config/configuration.hpp"
#include "ports/accounting_sink.hpp"
#include "ports/clock.hpp"
#include "ports/creation_turns.hpp"
#include "ports/machine_store.hpp"
#include "ports/manager_register.hpp"
#include "sim/world/cloud_site.hpp"

namespace vacuum::sim {

/// What a bug in a program would be like, seen from its world: planted to see that the checks find it.
enum class Canary : std::uint8_t {
  none,
  forgets_intents,       ///< a machine is asked for before its record is written
  skips_turns,           ///< creations are planned while others plan theirs
  unfenced,              ///< a manager acts on after the end of its lease
  unfenced_cloud,        ///< it asks the cloud for changes after the end of its lease
  accounts_again,        ///< a machine's accounting record gets a new name each time
  judges_again,          ///< that a machine was judged is not remembered
  never_takes_over,      ///< machines of dead managers stay theirs
  never_adopts,          ///< a machine without a record stays without one
  forgets_to_archive,    ///< records of machines that are gone stay
  forgets_to_delete,     ///< some machines are never deleted
  loses_heartbeats,      ///< no machine's heartbeat is seen
  believes_short_lists,  ///< an incomplete listing is taken for the whole
  ignores_shares,        ///< one machinetype is never given any machine
  equal_shares,          ///< all machinetypes get the same
};

[[nodiscard]] std::optional<Canary> parse_canary(std::string_view name);
/// Names of all, separated by spaces.
[[nodiscard]] std::string canary_names();

/// The ports with the bug in between; null where the canary does not concern them. What they pass on to
/// outlives them.
[[nodiscard]] std::unique_ptr<MachineStore> make_canary_store(Canary canary, MachineStore& store);
[[nodiscard]] std::unique_ptr<AccountingSink> make_canary_accounting(Canary canary, AccountingSink& sink,
                                                                     const Clock& clock);
[[nodiscard]] std::unique_ptr<ManagerRegister> make_canary_register(Canary canary, ManagerRegister& managers);
[[nodiscard]] std::unique_ptr<CreationTurns> make_canary_turns(Canary canary);
/// The cloud as it is given where the canary does not concern it.
[[nodiscard]] std::shared_ptr<Cloud> make_canary_cloud(Canary canary, std::shared_ptr<Cloud> cloud,
                                                       CloudSite& site);
[[nodiscard]] Configuration with_canary(Canary canary, Configuration configuration);

}  // namespace vacuum::sim
