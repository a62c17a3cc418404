#pragma once

#include <map>
#include <string>

#include "ports/machine_store.hpp"

namespace vacuum {

/// Where the lists of live machines are published, for VMs to read (spec 5 and 7).
class HeartbeatListSink {
 public:
  virtual ~HeartbeatListSink() = default;
  /// The lists of all machinetypes of a space; those of other machinetypes go. What is as it was is not
  /// written again.
  virtual Async<StoreResult<Done>> publish(const SpaceName& space,
                                           std::map<MachinetypeName, std::string> lists) = 0;
};

}  // namespace vacuum
