#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"

namespace vacuum {

/// What may be used of a file system.
struct DiskSpace {
  std::int64_t available_kb = 0;
  std::int64_t available_inodes = 0;
};

/// How the host of a manager does, as monitors are told (spec 8). What cannot be found out is zero or empty.
struct HostHealth {
  DiskSpace root_disk;      ///< of /tmp
  DiskSpace state_disk;     ///< of the state directory
  double load_average = 0;  ///< over 15 minutes
  std::string kernel_version;
  std::string os_issue;  ///< "Debian GNU/Linux 12 (bookworm)"
  TimePoint boot_time{};
  std::int64_t swap_used_kb = 0;
  std::int64_t swap_free_kb = 0;
  std::int64_t memory_used_kb = 0;  ///< all but the free, as Vac counts it
  std::int64_t memory_total_kb = 0;
};

}  // namespace vacuum
