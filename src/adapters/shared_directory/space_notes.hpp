#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/shared_directory/disk.hpp"
#include "domain/fault.hpp"
#include "domain/fleet.hpp"
#include "ports/machine_store.hpp"

namespace vacuum::shared_directory {

/// A file's value and the stamp to tell a change by; no stamp where the file is absent or too young to trust
/// its times.
template <class T>
struct Stamped {
  std::optional<Stamp> stamp;
  T value{};
};

using StampedAbort = Stamped<std::optional<LastAbort>>;
using StampedFailures = Stamped<std::vector<BuildFailures>>;
using StampedRamp = Stamped<std::optional<Ramp>>;

/// What is remembered of a space beside its machines. All of it blocks; values without memory, for any
/// thread.
///
/// shared/last_abort_times/SPACE/MACHINETYPE: a Unix time, as all managers write it. Which machine and
/// message it came from stands in last_abort_causes/SPACE/MACHINETYPE as "TIME MACHINE MESSAGE", and is
/// ignored where its time differs. shared/last_build_failures/SPACE: one line for each, "FLAVOR ZONE
/// CONSECUTIVE TIME KIND TEXT", tab-separated. shared/ramps/SPACE: "STEP SINCE SET_BACK WHY", tab-separated,
/// STEP in millionths of the limit, SET_BACK empty for never.
class SpaceNotes {
 public:
  SpaceNotes(std::string shared, SpaceName space) : shared_(std::move(shared)), space_(std::move(space)) {}

  /// In the order of `machinetypes`. What `known` holds is not read again where its stamp is unchanged; it is
  /// empty or has the size of `machinetypes`.
  [[nodiscard]] StoreResult<std::vector<StampedAbort>> last_aborts(
      const std::vector<MachinetypeName>& machinetypes, std::vector<StampedAbort> known) const;
  /// Never replaces a later abort by an earlier one.
  [[nodiscard]] StoreResult<Done> set_last_abort(const MachinetypeName& machinetype,
                                                 const LastAbort& abort) const;

  [[nodiscard]] StoreResult<StampedFailures> build_failures(StampedFailures known) const;
  [[nodiscard]] StoreResult<Done> set_build_failures(const std::vector<BuildFailures>& failures) const;

  [[nodiscard]] StoreResult<StampedRamp> ramp(StampedRamp known) const;
  [[nodiscard]] StoreResult<Done> set_ramp(const std::optional<Ramp>& ramp) const;

 private:
  std::string shared_;
  SpaceName space_;
};

}  // namespace vacuum::shared_directory
