#pragma once

#include <optional>

#include "domain/fleet.hpp"
#include "domain/plan.hpp"
#include "domain/settings.hpp"
#include "policy/machine_times.hpp"

namespace vacuum {

/// A deletion that the cloud accepted is asked for again only after this time (spec 3).
inline constexpr Seconds kDeletionRepeat{3600};
/// What an orphan without a recorded max_wallclock_seconds may run: the default of the option.
inline constexpr Seconds kOrphanMaxWallclock{86400};

/// Why a machine is to be deleted now, if it is (spec 3). `type` is null for an orphan: it is drained,
/// without a heartbeat rule. Never for a machine that is not listed; in a state that is not known only where
/// an operator asks for it.
[[nodiscard]] std::optional<DeleteReason> reason_to_delete(const Machine& machine, const MachineTimes& times,
                                                           const SpaceSettings& settings,
                                                           const MachinetypeSettings* type, TimePoint now);

/// Whether a deletion may be asked for now: not within an hour of one that was accepted, unless an operator
/// asked since, nor before a refused one may be repeated.
[[nodiscard]] bool may_ask_for_deletion(const Machine& machine, TimePoint now);

/// Whether the cloud still lists it more than an hour after it accepted the deletion.
[[nodiscard]] bool is_deletion_stuck(const Machine& machine, TimePoint now);

/// What is left in joboutputs/shutdown_message for the reasons that spec 3 gives a message, and for an
/// operator's wish: "100 Deleted by an operator: REASON".
[[nodiscard]] std::optional<ShutdownMessage> message_of(DeleteReason reason, const Machine& machine);

}  // namespace vacuum
