#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "control/control_ports.hpp"
#include "control/creation_turn.hpp"
#include "control/executor.hpp"
#include "control/holds.hpp"
#include "control/image_keeper.hpp"
#include "control/monitors.hpp"
#include "control/observer.hpp"
#include "control/proxy_issuers.hpp"
#include "control/space_chronicle.hpp"
#include "control/tally.hpp"
#include "domain/settings.hpp"
#include "ports/cloud.hpp"
#include "reports/status_totals.hpp"

namespace vacuum {

/// What a space is to be run with, from the next cycle on. Replaced whole when the configuration changes.
struct SpaceAssignment {
  SpaceSettings settings;
  std::shared_ptr<Cloud> cloud;
  std::string creations_held_because;  ///< not empty: nothing new is created
  std::vector<std::string> problems;   ///< what the configuration's reader said, for the status
};

/// The loop of one space: observe → plan → act → publish. Spaces share no fate: a slow or dead cloud delays
/// its own alone.
class SpaceLoop {
 public:
  /// `seed` makes the random choices reproducible.
  SpaceLoop(ControlPorts ports, ManagerIdentity manager, SpaceAssignment assignment, std::uint64_t seed);

  /// Takes effect at the next cycle.
  void assign(SpaceAssignment assignment) { next_ = std::move(assignment); }

  enum class CycleResult : std::uint8_t {
    done,
    failed,  ///< nothing, or not all, was done; the status and the log say why
  };

  /// Brings the images that machinetypes boot from into the cloud, as far as they can be had now.
  Async<void> prepare();
  /// One cycle. `until_next` is told in the status.
  Async<CycleResult> cycle(Milliseconds until_next);
  /// Begins the next cycle now instead of waiting for its time.
  void wake() { wake_.request_stop(); }
  /// Cycles that begin `interval` apart, or right after one that took longer, until `stop`.
  Async<void> run(Milliseconds interval, std::stop_token stop);

  [[nodiscard]] const SpaceName& name() const { return assignment_.settings.name; }
  [[nodiscard]] const SpaceAssignment& assignment() const { return next_ ? *next_ : assignment_; }

 private:
  /// What a cycle has to tell at its end.
  struct Report {
    TimePoint began{};
    Milliseconds began_at{0};
    Milliseconds until_next{0};
    std::string error;  ///< not empty: the cycle acted on nothing, or not on all
    std::optional<Plan> plan;
    ForeignMachines foreign;
    Quota quota;
    std::vector<std::string> notes;
  };

  Async<void> guarded_cycle(Milliseconds interval);
  /// Reads the operators' orders, then looks at the cloud: without the orders nobody knows what is held.
  /// Where it fails, why.
  Async<Result<Done, std::string>> look(const Standing& standing);
  Async<void> act(const Standing& standing, Report& report);
  Async<void> look_and_act(const Standing& standing, Report& report);
  Async<void> follow_standing(const Standing& standing);
  void note_division(const Fleet& fleet, const Standing& standing);
  Async<Intents> reserve_creations(PlanInput& input, const Standing& standing, Report& report);
  Async<void> withdraw_carried_out(std::vector<OrderKey> keys);
  [[nodiscard]] std::string why_creations_are_held(TimePoint now) const;
  [[nodiscard]] Holds holds(TimePoint now) const;
  void take_assignment();
  void note_templates(const CycleOutcome& outcome);
  Async<StoreResult<Done>> keep_build_failures(const Fleet& fleet, const Plan& plan,
                                               const std::vector<BuildAttempt>& refused);
  Async<StoreResult<Done>> keep_ramp(const Fleet& fleet, std::optional<Ramp>& ramp,
                                     const std::string& creation_error, TimePoint planned_at);
  void count(const Fleet& fleet, const Plan& plan, const CycleOutcome& outcome);
  Async<void> keep_heartbeat_lists(const Fleet& fleet, Report& report);
  Async<void> expire_records();
  Async<void> publish(Report report);

  ControlPorts ports_;
  ManagerIdentity manager_;
  SpaceAssignment assignment_;
  std::optional<SpaceAssignment> next_;
  RandomStream random_;
  FleetKeeper keeper_;
  ProxyIssuers proxies_;
  std::optional<TimePoint> creations_held_until_;
  std::optional<TimePoint> expired_at_;
  Tally tally_;
  StatusTotals totals_;
  Monitors monitors_;
  Orders orders_;  ///< as of the last look at them
  SpaceChronicle chronicle_;
  TemplateRetries template_retries_;
  std::shared_ptr<ImageKeeper> images_;
  std::stop_source wake_;  ///< ends the sleep between two cycles
  Roster roster_;          ///< as of the last cycle
};

}  // namespace vacuum
