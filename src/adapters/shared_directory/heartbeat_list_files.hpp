#pragma once

#include <map>
#include <string>

#include "ports/disk_worker.hpp"
#include "ports/heartbeat_list_sink.hpp"

namespace vacuum {

/// shared/spaces/SPACE/heartbeatlists/MACHINETYPE. Each file is replaced in one step, and only where its
/// list changed: a quiet cycle touches no file. All calls on the loop's thread.
class HeartbeatListFiles final : public HeartbeatListSink {
 public:
  /// `state_dir`: absolute. `worker` must outlive it.
  HeartbeatListFiles(const std::string& state_dir, DiskWorker& worker)
      : shared_(state_dir + "/shared"), worker_(worker) {}

  Async<StoreResult<Done>> publish(const SpaceName& space,
                                   std::map<MachinetypeName, std::string> lists) override;

 private:
  std::string shared_;
  DiskWorker& worker_;
  std::map<SpaceName, std::map<MachinetypeName, std::string>> written_;
};

}  // namespace vacuum
