#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "domain/fault.hpp"
#include "domain/fleet.hpp"
#include "domain/plan.hpp"

namespace vacuum {

/// The wait after the first failed build; it doubles with each further failed cycle, up to the longest.
inline constexpr Seconds kFirstBuildWait{60};
inline constexpr Seconds kLongestBuildWait{3600};
/// A run of failures that nobody added to for so long is forgotten.
inline constexpr Seconds kBuildFailuresKept{86400};

/// What became of the building of one machine.
struct BuildAttempt {
  FlavorName flavor;
  std::optional<ZoneName> zone;
  TimePoint begun{};
  std::optional<Fault> fault;  ///< nothing: it was built
};

/// The attempts whose outcome a plan found: machines first seen running, first seen failed, or that failed to
/// start. Whoever carries out the plan adds the creations that the cloud refused.
[[nodiscard]] std::vector<BuildAttempt> build_attempts(const Fleet& fleet, const Plan& plan);

/// The runs of failures after a cycle with these attempts. A success that was begun after the last failure of
/// a run of its flavor and zone, or of its quota, ends that run. Failures lengthen a run by one, however many
/// they are, and only if begun after its last one: of machines that were created together, those that fail
/// count as one, and those that are built do not take that back. Faults of quota are kept without a zone:
/// they hold for all.
[[nodiscard]] std::vector<BuildFailures> after_attempts(std::vector<BuildFailures> known,
                                                        std::span<const BuildAttempt> attempts,
                                                        TimePoint now);

/// From when a flavor in a zone may be tried again.
[[nodiscard]] TimePoint build_wait_end(const BuildFailures& failures);

/// The run of failures that holds back creations of a flavor in a zone now, the one that lasts longest; null
/// for none.
[[nodiscard]] const BuildFailures* waiting_build(std::span<const BuildFailures> failures,
                                                 const FlavorName& flavor,
                                                 const std::optional<ZoneName>& zone, TimePoint now);

}  // namespace vacuum
