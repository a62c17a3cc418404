#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "control/fleet_keeper.hpp"
#include "domain/fleet.hpp"
#include "domain/settings.hpp"
#include "ports/clock.hpp"
#include "ports/cloud.hpp"
#include "ports/machine_store.hpp"

namespace vacuum {

/// Why a cycle of a space acts on nothing.
struct ObservationError {
  enum class Source : std::uint8_t { cloud, store } source = Source::cloud;
  std::string message;
  std::optional<Seconds> retry_after;
};

/// Looks at a space: lists the cloud, reads the records, heartbeats and messages. Changes nothing anywhere.
class Observer {
 public:
  Observer(Cloud& cloud, MachineStore& store, Clock& clock) : cloud_(cloud), store_(store), clock_(clock) {}

  /// Brings the keeper's fleet up to date. An incomplete look is an error: the fleet is not to be acted on
  /// then. The records are read again behind the listing, so that a VM whose intent is being written
  /// elsewhere is never seen without it. `standing` tells which machines other managers act on; null: none.
  Async<Result<Done, ObservationError>> observe(const SpaceSettings& settings, FleetKeeper& keeper,
                                                const Standing* standing);

 private:
  Async<CloudResult<Done>> look_at_cloud(const SpaceSettings& settings, FleetKeeper& keeper);
  Async<StoreResult<Done>> look_at_records(const SpaceName& space, Freshness freshness, FleetKeeper& keeper);
  Async<StoreResult<Done>> fill_heartbeats(const SpaceSettings& settings, Fleet& fleet);
  Async<StoreResult<Done>> fill_messages(const SpaceSettings& settings, Fleet& fleet);
  Async<StoreResult<Done>> fill_history(const SpaceSettings& settings, Fleet& fleet);

  Cloud& cloud_;
  MachineStore& store_;
  Clock& clock_;
};

}  // namespace vacuum
