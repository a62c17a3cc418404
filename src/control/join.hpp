#pragma once

#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "control/standing.hpp"
#include "domain/fleet.hpp"
#include "domain/settings.hpp"
#include "ports/cloud.hpp"
#include "ports/machine_store.hpp"

namespace vacuum {

/// What a manager remembers of a machine from cycle to cycle without writing it down: a restart may forget
/// it.
struct MachineMemory {
  int missed_listings = 0;                   ///< complete listings in a row that did not show it
  std::optional<TimePoint> missing_since;    ///< when the first of these was looked at
  std::optional<TimePoint> heartbeat;        ///< as last read; one that is young is not read again
  std::optional<TimePoint> inherited;        ///< since when this incarnation acts on another's machine
  std::optional<TimePoint> adopted;          ///< its heartbeat is waited for from then on
  bool refusal_told = false;                 ///< an event told that its deletion was refused
  std::optional<TimePoint> delete_retry_at;  ///< a refused deletion is not repeated before this
};

using MachineMemories = std::unordered_map<MachineName, MachineMemory>;

/// One complete answer of a cloud.
struct CloudView {
  std::vector<Server> servers;
  std::vector<Flavor> flavors;
  Quota quota;
};

/// Whether a VM belongs to the managers of a space: by its name, and by its metadata where that tells a
/// space.
[[nodiscard]] bool is_ours(const Server& server, const SpaceName& space);

/// Joins the cloud's listing and the records by name. VMs without our prefix, or with another space's name in
/// their metadata, are foreign. Records that the listing does not show are unlisted, and `memories` counts
/// how often. Heartbeats, messages, last aborts and build failures are still to be filled in. `standing`
/// tells which machines other managers act on; where it is null, none.
[[nodiscard]] Fleet join(CloudView view, std::span<const MachineRecord> records,
                         const SpaceSettings& settings, MachineMemories& memories, const Standing* standing);

/// Adds the machines whose records have been made since the fleet was joined, as unlisted.
void add_new_records(std::span<const MachineRecord> records, const SpaceSettings& settings,
                     const Standing* standing, Fleet& fleet);

/// The incarnation that a record's machine belongs to unless it has ended.
[[nodiscard]] IncarnationId first_manager_of(const MachineRecord& record);

}  // namespace vacuum
