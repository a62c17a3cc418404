#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/fleet.hpp"
#include "domain/settings.hpp"

namespace vacuum {

/// A VM without a record gets one, and is ours from then on.
struct AdoptMachine {
  std::size_t machine = 0;  ///< position in Fleet::machines, as in all actions
  std::string reason;
};

/// First seen running: record the time.
struct MarkStarted {
  std::size_t machine = 0;
  TimePoint started{};
};

enum class Verdict : std::uint8_t {
  success,     ///< it worked, or said 1xx or 2xx
  abort,       ///< it found no work or failed: its machinetype backs off
  no_verdict,  ///< it never ran, or we ended it: says nothing about work
};

[[nodiscard]] std::string_view to_string(Verdict verdict);
[[nodiscard]] std::optional<Verdict> parse_verdict(std::string_view text);

/// First seen stopped: record the time and what it means for its machinetype.
struct MarkStopped {
  std::size_t machine = 0;
  TimePoint stopped{};
  Verdict verdict = Verdict::no_verdict;
  std::string reason;  ///< its own message, or what it was judged by
};

enum class DeleteReason : std::uint8_t {
  over,            ///< it stopped by itself: shutdown or deleting
  not_built,       ///< the cloud could not build it: it never ran
  failed,          ///< the cloud could not keep it
  start_timeout,   ///< 700 Failed to start
  max_wallclock,   ///< 700 Exceeded max_wallclock_seconds
  heartbeat,       ///< 700 Heartbeat file not updated
  shutdown_time,   ///< 700 Passed shutdowntime
  operator_asked,  ///< 100 Deleted by an operator
};

[[nodiscard]] std::string_view to_string(DeleteReason reason);

struct DeleteMachine {
  std::size_t machine = 0;
  DeleteReason reason = DeleteReason::over;
  std::optional<ShutdownMessage> message;  ///< left in its joboutputs unless it left one itself
};

/// It ended and has no accounting record yet: one is written.
struct AccountMachine {
  std::size_t machine = 0;
  TimePoint started{};
  TimePoint stopped{};
};

/// The cloud has it no more: its record goes to the deleted ones, after it was accounted where that is due.
struct ArchiveRecord {
  std::size_t machine = 0;
  std::string reason;
};

enum class ShutdownCause : std::uint8_t {
  space_end,   ///< the space's shutdown_time
  preemption,  ///< another machinetype is below its share
};

[[nodiscard]] std::string_view to_string(ShutdownCause cause);

/// Tell a machine that it ends earlier than it was told before.
struct AnnounceShutdown {
  std::size_t machine = 0;
  TimePoint shutdown_time{};
  ShutdownCause cause = ShutdownCause::space_end;
  std::string reason = "the space ends then";  ///< for people
};

struct CreateMachine {
  MachineName name;
  MachinetypeIndex machinetype{};
  Flavor flavor;
  std::optional<ZoneName> zone;
  std::optional<double> hs06;              ///< of the whole machine
  std::optional<TimePoint> shutdown_time;  ///< known end of the space
  std::string reason;
};

using Action = std::variant<AdoptMachine, MarkStarted, MarkStopped, AccountMachine, DeleteMachine,
                            ArchiveRecord, AnnounceShutdown, CreateMachine>;

/// The machine (position in Fleet::machines) that an action is about; nothing: one that is to be.
[[nodiscard]] std::optional<std::size_t> machine_of(const Action& action);

/// Why a machinetype was given nothing more in this plan.
enum class WaitReason : std::uint8_t {
  none,      ///< more would have been created, had there been another turn; or its turn ended with the plan
  no_share,  ///< target_share is 0
  backing_off,        ///< after an abort
  probing,            ///< after back-off: one machine at a time has to prove that there is work
  machinetype_limit,  ///< its processors_limit
  starting_limit,     ///< its max_starting_processors
  space_limit,        ///< the space's processors_limit
  quota,              ///< the cloud's quota
  cycle_limit,        ///< what one cycle may create
  no_flavor,          ///< the cloud has none of its flavors with a fitting number of processors
  build_failures,     ///< its flavors failed to build and wait
  space_shutdown,     ///< the space's shutdown_time has come
  creations_held,     ///< the configuration or the observation forbids creations
  draining,           ///< an operator wants no more of it
  not_ready,          ///< what its machines are made from is not there: image, template, certificate
};

[[nodiscard]] std::string_view to_string(WaitReason reason);

/// What a plan says of one machinetype.
struct MachinetypePlan {
  MachinetypeName name;
  double target_share = 0;
  std::array<int, kMachineStateCount> machines_by_state{};  ///< before the plan is carried out
  int processors = 0;                                       ///< of all its machines, before the plan
  double weighted_count = 0;                                ///< spec 4; after the plan
  int created = 0;                                          ///< machines that the plan creates
  int told_to_end = 0;  ///< its machines that were told to end for others' shares, by this plan or before
  WaitReason wait = WaitReason::none;
  std::optional<TimePoint> wait_until;  ///< where the end of the wait is known
  std::optional<LastAbort> last_abort;  ///< the machine and message that the wait comes from, where it does
  std::string why;                      ///< a sentence for people
};

/// A plan of one cycle of a space: fully resolved actions in the order in which they are to begin, and the
/// reasons.
struct Plan {
  std::vector<Action> actions;
  std::vector<MachinetypePlan> machinetypes;  ///< by MachinetypeIndex
  int orphans = 0;                            ///< machines without a configured machinetype, being drained
  int processors_in_space = 0;                ///< all, others' and unlisted included, before the plan
  std::optional<int> processors_limit;        ///< in force: the configured one or the quota, the lower
  std::vector<DeleteMachine> held_deletions;  ///< not carried out: no_delete, or too many at once
  std::string held_because;                   ///< empty when none is held
  std::vector<std::string> notes;             ///< what an admin should see: stuck deletions, unknown states
  std::optional<Ramp> ramp;                   ///< from this plan on; nothing where it is fixed
};

}  // namespace vacuum
