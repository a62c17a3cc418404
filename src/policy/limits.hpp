#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "domain/fleet.hpp"
#include "domain/plan.hpp"
#include "domain/settings.hpp"
#include "policy/tally.hpp"

namespace vacuum {

/// The limit on processors in a space: the configured one or the cloud's quota, the lower; nothing where
/// neither is set.
[[nodiscard]] std::optional<int> processors_limit_in_force(const SpaceSettings& settings, const Quota& quota);

/// Something of which there is only so much.
struct Budget {
  std::string_view what;  ///< "processors"
  std::optional<std::int64_t> limit;
  std::int64_t used = 0;

  [[nodiscard]] bool has_room_for(std::int64_t more) const { return !limit || used + more <= *limit; }
};

/// A limit that one more machine would pass.
struct LimitHit {
  WaitReason reason = WaitReason::none;
  Budget budget;
  std::int64_t needed = 0;
};

/// The limits on creations (spec 2 and 4), counting down as a plan creates. What a flavor has is counted
/// before it is created: no limit is ever passed. What the plan deletes still counts: it is there until the
/// cloud says otherwise.
class Limits {
 public:
  Limits(const Fleet& fleet, const SpaceSettings& settings, const Tally& tally);

  /// The first limit that a machine of this machinetype and flavor would pass; nothing where it fits.
  [[nodiscard]] std::optional<LimitHit> hit_by(std::size_t machinetype, const Flavor& flavor) const;
  void take(std::size_t machinetype, const Flavor& flavor);
  /// As if this machine, which was counted, were gone. `machinetype`: nothing for an orphan.
  void release(const Machine& machine, std::optional<std::size_t> machinetype);

 private:
  struct OfMachinetype {
    Budget processors;
    Budget starting;
  };
  std::vector<OfMachinetype> machinetypes_;
  Budget space_;
  Budget quota_processors_;
  Budget quota_memory_;
  Budget quota_machines_;
};

/// Whether a machine of this flavor would fit in the space if all machines of its machinetypes were gone.
[[nodiscard]] bool fits_alone(const Fleet& fleet, const SpaceSettings& settings, const Tally& tally,
                              const Flavor& flavor);

}  // namespace vacuum
