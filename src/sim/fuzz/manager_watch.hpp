#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/roster.hpp"
#include "sim/world/world.hpp"

namespace vacuum::sim {

/// Looks at managers that share a directory: each machine has one manager at a time, none is without one for
/// long, and who cannot write the directory changes nothing in a cloud.
class ManagerWatch {
 public:
  using Tell = std::function<void(std::string rule, std::string what)>;
  /// `world` outlives this; its hook on deeds is taken. Nothing is looked at where there are no leases.
  ManagerWatch(World& world, Tell tell);
  /// Looks at equal steps until the end of the world.
  void begin();
  /// A request that would change something of a cloud leaves.
  void look_at_cloud_change(CloudChange change, const SpaceName& space, const MachineName& machine,
                            const ManagerName& by);

 private:
  /// Somebody changes the record of a machine, or asks the cloud for its end.
  void look_at_deed(const SpaceName& space, const MachineName& machine, const ManagerName& by);
  void look_at_owners();
  void look_at_owner(const IncarnationId& owner, const MachineName& machine, bool somebody_could);
  [[nodiscard]] const Roster& roster();

  World& world_;
  Tell tell_;
  std::map<IncarnationId, Moment> live_since_;  ///< of those that may act now
  std::map<IncarnationId, Moment> idle_since_;  ///< of those that have machines and may not act
  std::optional<Roster> roster_;                ///< of as many changes of successions as are counted here
  std::uint64_t roster_changes_ = 0;
};

}  // namespace vacuum::sim
