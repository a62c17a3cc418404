#pragma once

#include <string>

#include "ports/disk_worker.hpp"
#include "ports/maker_census.hpp"

namespace vacuum {

/// Counts the records of STATE_DIR/shared/spaces by a look at each, two small files. Keeps nothing between
/// looks. Symlinks are not followed.
class RecordCensus final : public MakerCensus {
 public:
  /// `state_dir`: absolute. `worker` outlives this.
  RecordCensus(std::string state_dir, DiskWorker& worker)
      : shared_(std::move(state_dir) + "/shared"), worker_(worker) {}

  Async<StoreResult<std::set<IncarnationId>>> makers() override;

 private:
  std::string shared_;
  DiskWorker& worker_;
};

}  // namespace vacuum
