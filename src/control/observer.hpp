#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "control/join.hpp"
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

  /// An incomplete look is an error, never a smaller fleet. The listing comes before the records, so that a
  /// VM whose intent is being written elsewhere is never seen without it.
  /// `standing` tells which machines other managers act on; null: none.
  Async<Result<Fleet, ObservationError>> observe(const SpaceSettings& settings, MachineMemories& memories,
                                                 const Standing* standing);

 private:
  Async<Result<CloudView, ObservationError>> look_at_cloud();
  Async<StoreResult<std::vector<MachineRecord>>> load_records(const SpaceName& space, const CloudView& view);
  Async<StoreResult<Done>> fill_heartbeats(const SpaceSettings& settings, Fleet& fleet,
                                           MachineMemories& memories);
  Async<StoreResult<Done>> fill_messages(const SpaceSettings& settings, Fleet& fleet);
  Async<StoreResult<Done>> fill_history(const SpaceSettings& settings, Fleet& fleet);

  Cloud& cloud_;
  MachineStore& store_;
  Clock& clock_;
};

}  // namespace vacuum
