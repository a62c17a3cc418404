#pragma once

#include <string>
#include <utility>

#include "ports/creation_turns.hpp"
#include "ports/disk_worker.hpp"

namespace vacuum {

/// Turns as files in STATE_DIR/shared/spaces/SPACE/turns: N holds the incarnation that has or had the turn of
/// this number, N.done tells that it was given back. N is made by the one step that only one can do. Who
/// gives a turn back removes those long past.
class TurnDirectory final : public CreationTurns {
 public:
  /// `state_dir`: absolute. `worker` outlives this.
  TurnDirectory(std::string state_dir, DiskWorker& worker)
      : shared_(std::move(state_dir) + "/shared"), worker_(worker) {}

  Async<StoreResult<std::optional<Turn>>> last(const SpaceName& space) override;
  /// One that was taken after its caller stopped waiting is given back at once.
  Async<StoreResult<Done>> take(const SpaceName& space, std::uint64_t number, IncarnationId holder) override;
  Async<StoreResult<Done>> give_back(const SpaceName& space, std::uint64_t number) override;

 private:
  std::string shared_;
  DiskWorker& worker_;
};

}  // namespace vacuum
