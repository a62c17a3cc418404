#pragma once

#include <optional>
#include <ostream>

#include "programs/common/load_from_disk.hpp"
#include "reports/apel_sync.hpp"

namespace vacuum {

struct ApelSyncOptions {
  DiskPlaces places;
  std::optional<Month> month;  ///< nothing: the one that yesterday lies in
  bool dry_run = false;        ///< print the messages, write none
};

/// `vcycle apel-sync`: counts the accounting records of a month in the archive and leaves for SSM how many
/// APEL should have from each submit host. Answers the exit status: 0, or 1 where something was not done or
/// not counted.
int run_apel_sync(const ApelSyncOptions& options, TimePoint now, std::ostream& out, std::ostream& errors);

}  // namespace vacuum
