#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "domain/fault.hpp"
#include "domain/fleet.hpp"
#include "domain/names.hpp"
#include "ports/async.hpp"

namespace vacuum {

/// What the shared directory remembers of one machine (spec 5). Each value is one small file; a file that is
/// missing, torn or not readable is nothing here and harms no other value.
struct MachineRecord {
  MachineName name;
  MachinetypeName machinetype;  ///< may be empty
  ServerId server_id;           ///< may be empty: the answer was lost, or not yet there
  FlavorName flavor;            ///< may be empty
  ZoneName zone;                ///< may be empty
  ManagerName manager;          ///< may be empty
  /// Who created or adopted it; empty for records that tell none. Never changes.
  IncarnationId incarnation;
  std::optional<TimePoint> created;
  std::optional<TimePoint> started;
  std::optional<TimePoint> stopped;
  std::optional<TimePoint> deleted;
  std::optional<TimePoint> accounted;  ///< its accounting record was written, or found needless
  int processors = 0;                  ///< 0 where not known
  int memory_mb = 0;                   ///< 0 where not known
  std::optional<double> hs06;
  std::string accounting_fqan;  ///< may be empty
  std::optional<Seconds> max_wallclock;
  std::optional<TimePoint> shutdown_time;
  std::optional<Seconds> promised_grace;  ///< grace_secs_job; nothing for 0
};

/// The incarnation that a record's machine belongs to unless it has ended.
[[nodiscard]] IncarnationId first_manager_of(const MachineRecord& record);

/// A file of a machine's directory: "created", "jobfeatures/job_id". The path has at most one '/'.
struct RecordFile {
  std::string path;
  std::string content;
  enum class Readers : std::uint8_t { everybody, owner_only } readers = Readers::everybody;
};

enum class StoreDecision : std::uint8_t {
  retry,      ///< the directory cannot be read or written now: do nothing to the cloud
  not_found,  ///< there is no record of this name
  exists,     ///< there is one already
};

struct StoreError {
  StoreDecision decision = StoreDecision::retry;
  std::string message;  ///< names the path and what the system said
};

template <class T>
using StoreResult = Result<T, StoreError>;

/// Where changes() goes on from. Made by a store, good for it alone.
using RecordMark = std::uint64_t;

/// The records of a space's current machines, or what is new of them.
struct RecordChanges {
  enum class Scope : std::uint8_t {
    all,    ///< `records` are all that there are
    since,  ///< `records` came or changed, `gone` went; of others nothing is told
  } scope = Scope::all;
  std::vector<MachineRecord> records;
  std::vector<MachineName> gone;
  RecordMark mark = 0;
};

/// What load() may leave out of what other managers did.
enum class Freshness : std::uint8_t {
  remembered,  ///< records that came or went lately may be missed for some seconds; asks the disk little
  as_of_now,   ///< what came or went before the call is known, also over a network file system; writes
};

/// Asks when a machine's heartbeat file was last written.
struct HeartbeatQuery {
  MachineName machine;
  std::string file;
};

/// The shared directory. Every change is atomic: after a crash the record is as before or as after, and a
/// reader never sees half a file.
class MachineStore {
 public:
  virtual ~MachineStore() = default;

  /// All records of a space's current machines. A record is read once and then answered from memory, since
  /// one manager alone changes it. Where it cannot be told whose a machine is, all is the error `retry`.
  virtual Async<StoreResult<std::vector<MachineRecord>>> load(const SpaceName& space,
                                                              Freshness freshness) = 0;
  /// As load(), and leaves out what has not changed since the call that answered `since`; nothing: none did.
  /// May answer all at any time.
  virtual Async<StoreResult<RecordChanges>> changes(const SpaceName& space, Freshness freshness,
                                                    std::optional<RecordMark> since) = 0;
  /// The next load() reads the records of these machines anew: another manager may have changed them.
  virtual void forget(const SpaceName& space, const std::vector<MachineName>& machines) = 0;
  /// As above, of all machines of the space.
  virtual void forget(const SpaceName& space) = 0;

  /// Makes the record of a machine, whole: intent before deed. Holds the values of `record`, `files` beside
  /// them, and joboutputs/.
  virtual Async<StoreResult<Done>> add(const SpaceName& space, const MachineRecord& record,
                                       std::vector<RecordFile> files) = 0;

  /// Writes the values of `record` that changed, and replaces or adds `files` beside them. Whose the machine
  /// is stays as it was added.
  virtual Async<StoreResult<Done>> update(const SpaceName& space, const MachineRecord& record,
                                          std::vector<RecordFile> files) = 0;

  /// Moves the record to the deleted ones.
  virtual Async<StoreResult<Done>> archive(const SpaceName& space, const MachineName& name) = 0;

  /// Removes a record whose VM was never asked for or surely refused.
  virtual Async<StoreResult<Done>> discard(const SpaceName& space, const MachineName& name) = 0;

  /// Removes archived records older than `before`; answers how many.
  virtual Async<StoreResult<int>> expire(const SpaceName& space, TimePoint before) = 0;

  /// When each heartbeat file was last written; nothing where there is none. Same order as the queries.
  virtual Async<StoreResult<std::vector<std::optional<TimePoint>>>> heartbeats(
      const SpaceName& space, std::vector<HeartbeatQuery> queries) = 0;

  /// What a machine left as joboutputs/shutdown_message (its first 4096 bytes); nothing where it left none.
  virtual Async<StoreResult<std::optional<std::string>>> shutdown_message(const SpaceName& space,
                                                                          const MachineName& name) = 0;

  /// Leaves a message for a machine that left none itself; one that is there is never replaced (spec 9).
  virtual Async<StoreResult<Done>> leave_shutdown_message(const SpaceName& space, const MachineName& name,
                                                          std::string message) = 0;

  /// The last abort of each named machinetype, in the same order.
  virtual Async<StoreResult<std::vector<std::optional<LastAbort>>>> last_aborts(
      const SpaceName& space, std::vector<MachinetypeName> machinetypes) = 0;
  virtual Async<StoreResult<Done>> set_last_abort(const SpaceName& space, const MachinetypeName& machinetype,
                                                  LastAbort abort) = 0;

  virtual Async<StoreResult<std::vector<BuildFailures>>> build_failures(const SpaceName& space) = 0;
  virtual Async<StoreResult<Done>> set_build_failures(const SpaceName& space,
                                                      std::vector<BuildFailures> failures) = 0;

  /// How fast the space may be filled; nothing where that was never written down.
  virtual Async<StoreResult<std::optional<Ramp>>> ramp(const SpaceName& space) = 0;
  virtual Async<StoreResult<Done>> set_ramp(const SpaceName& space, Ramp ramp) = 0;

  /// Publishes a document of the space for the command line (status/SPACE.json).
  virtual Async<StoreResult<Done>> publish_status(const SpaceName& space, std::string document) = 0;
};

}  // namespace vacuum
