#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "domain/roster.hpp"
#include "sim/world/world.hpp"

namespace vacuum::sim {

/// Looks at managers that share a directory: each machine has one manager at a time, and none is without one
/// for long.
class ManagerWatch {
 public:
  using Tell = std::function<void(std::string rule, std::string what)>;
  /// `world` outlives this; its hooks on deeds are taken. Nothing is looked at where a manager is alone.
  ManagerWatch(World& world, Tell tell);
  /// Looks at equal steps until the end of the world.
  void begin();
  [[nodiscard]] std::uint64_t deeds() const { return deeds_; }

 private:
  /// Somebody changes the record of a machine, or asks the cloud for its end.
  void look_at_deed(const SpaceName& space, const MachineName& machine, const ManagerName& by);
  void look_at_owners();
  void look_at_owner(const IncarnationId& owner, const MachineName& machine, bool somebody_could);
  [[nodiscard]] Roster roster() const;

  World& world_;
  Tell tell_;
  std::map<IncarnationId, Moment> live_since_;  ///< of those that may act now
  std::map<IncarnationId, Moment> idle_since_;  ///< of those that have machines and may not act
  std::uint64_t deeds_ = 0;
};

}  // namespace vacuum::sim
