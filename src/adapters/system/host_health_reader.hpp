#pragma once

#include <string>

#include "ports/disk_worker.hpp"
#include "ports/host_observer.hpp"

namespace vacuum {

/// Reads /proc, /etc/os-release and the sizes of file systems.
class HostHealthReader final : public HostObserver {
 public:
  /// `worker` must outlive it. `root`: where /proc and /etc lie; another one in tests.
  HostHealthReader(std::string state_directory, DiskWorker& worker, std::string root = "");

  Async<HostHealth> look() override;

 private:
  std::string state_directory_;
  DiskWorker& worker_;
  std::string root_;
};

}  // namespace vacuum
