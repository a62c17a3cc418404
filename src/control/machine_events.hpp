#pragma once

#include <string>
#include <vector>

#include "domain/event.hpp"
#include "domain/fleet.hpp"
#include "domain/plan.hpp"
#include "domain/settings.hpp"
#include "ports/machine_store.hpp"

namespace vacuum {

/// An event of a machine, with what is the same for all.
[[nodiscard]] Event machine_event(EventKind kind, const Machine& machine, const SpaceName& space,
                                  TimePoint now, std::string reason);

/// "created": why, with what, where, and the cloud's id. Of the other outcomes of a creation: what the cloud
/// said.
[[nodiscard]] Event creation_event(EventKind kind, const CreateMachine& action, const SpaceSettings& settings,
                                   TimePoint now, std::string reason);

[[nodiscard]] std::string started_words(const Machine& machine, TimePoint started);

/// What came of a machine: verdict, code and how long it ran.
[[nodiscard]] std::vector<EventDetail> judgement_details(const Machine& machine, const MarkStopped& action);

/// What a deletion is told by: its message, else the reason in a word.
[[nodiscard]] std::string deletion_words(const DeleteMachine& action);

/// The file `judgement` of a record: "VERDICT REASON".
[[nodiscard]] RecordFile judgement_file(const MarkStopped& action);
/// The file `deletion` of a record: "DELETE_REASON MANAGER WORDS".
[[nodiscard]] RecordFile deletion_file(const DeleteMachine& action, const ManagerName& manager);

}  // namespace vacuum
