#pragma once

#include <optional>

#include "base/time.hpp"
#include "ports/cloud.hpp"

namespace vacuum {

/// Clouds write the time of a change a little before it can be seen, on hosts whose clocks differ a little.
/// A listing of changes looks back by this much, and clocks that differ by more are not trusted.
inline constexpr Seconds kListingOverlap{180};

/// Decides which listing a cycle asks for: all VMs every so often and whenever in doubt, the changes in
/// between.
class ListingSchedule {
 public:
  /// Where the next listing begins; nothing: it is to show all. `complete_interval`: how long after a
  /// complete listing changes suffice. `now`: monotonic.
  [[nodiscard]] std::optional<ListingMark> next(Milliseconds now, Seconds complete_interval) const;

  /// A listing succeeded. `since`: where it began. `mark`: as the cloud answered.
  void note(std::optional<ListingMark> since, std::optional<ListingMark> mark, Milliseconds now);
  /// Something does not fit what is known: the next listing is to show all.
  void doubt() { mark_.reset(); }
  /// Changes were seen to be missed: listings of changes are not used any more.
  void distrust() { trusted_ = false; }

  [[nodiscard]] bool is_trusted() const { return trusted_; }
  /// Up to when all changes should be known by now.
  [[nodiscard]] std::optional<TimePoint> known_until() const;

 private:
  std::optional<ListingMark> mark_;
  Milliseconds complete_at_{0};
  bool trusted_ = true;
};

}  // namespace vacuum
