#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "ports/disk_worker.hpp"
#include "ports/machine_store.hpp"

namespace vacuum {

namespace shared_directory {
struct CurrentName;
struct SpaceMemory;
template <class T>
struct Stamped;
}  // namespace shared_directory

/// The machine records and notes in STATE_DIR/shared, and status documents in STATE_DIR/status (spec 5).
///
/// Everything is read once and then answered from memory: a cycle in which no machine comes or goes reads no
/// record, however many there are. Memory is touched on the loop's thread alone; what blocks goes through the
/// worker. Files of strangers, torn files, symlinks and leftovers of a crash are survived; symlinks are never
/// followed.
class SharedDirectoryStore final : public MachineStore {
 public:
  enum class Access : std::uint8_t {
    read_write,
    read_only,  ///< for the command line: makes and changes nothing
  };

  /// `state_dir`: absolute. `worker` outlives the store.
  SharedDirectoryStore(std::string state_dir, Access access, DiskWorker& worker);
  ~SharedDirectoryStore() override;

  /// `as_of_now` makes and removes a file in current/, unless opened for reading only: then it is as fresh as
  /// the file system's listings are.
  Async<StoreResult<std::vector<MachineRecord>>> load(const SpaceName& space, Freshness freshness) override;
  Async<StoreResult<RecordChanges>> changes(const SpaceName& space, Freshness freshness,
                                            std::optional<RecordMark> since) override;
  void forget(const SpaceName& space, const std::vector<MachineName>& machines) override;
  void forget(const SpaceName& space) override;
  /// Values of `record` whose files are not among `files` are written too.
  Async<StoreResult<Done>> add(const SpaceName& space, const MachineRecord& record,
                               std::vector<RecordFile> files) override;
  /// Values of `record` that are new and whose files are not among `files` are written too.
  Async<StoreResult<Done>> update(const SpaceName& space, const MachineRecord& record,
                                  std::vector<RecordFile> files) override;
  Async<StoreResult<Done>> archive(const SpaceName& space, const MachineName& name) override;
  Async<StoreResult<Done>> discard(const SpaceName& space, const MachineName& name) override;
  /// At most 500 in one call.
  Async<StoreResult<int>> expire(const SpaceName& space, TimePoint before) override;
  Async<StoreResult<std::vector<std::optional<TimePoint>>>> heartbeats(
      const SpaceName& space, std::vector<HeartbeatQuery> queries) override;
  Async<StoreResult<std::optional<std::string>>> shutdown_message(const SpaceName& space,
                                                                  const MachineName& name) override;
  Async<StoreResult<Done>> leave_shutdown_message(const SpaceName& space, const MachineName& name,
                                                  std::string message) override;
  Async<StoreResult<std::vector<std::optional<LastAbort>>>> last_aborts(
      const SpaceName& space, std::vector<MachinetypeName> machinetypes) override;
  Async<StoreResult<Done>> set_last_abort(const SpaceName& space, const MachinetypeName& machinetype,
                                          LastAbort abort) override;
  Async<StoreResult<std::vector<BuildFailures>>> build_failures(const SpaceName& space) override;
  Async<StoreResult<Done>> set_build_failures(const SpaceName& space,
                                              std::vector<BuildFailures> failures) override;
  Async<StoreResult<std::optional<Ramp>>> ramp(const SpaceName& space) override;
  Async<StoreResult<Done>> set_ramp(const SpaceName& space, Ramp ramp) override;
  Async<StoreResult<Done>> publish_status(const SpaceName& space, std::string document) override;

  /// Record files read from the disk since the start, for tests and metrics.
  [[nodiscard]] std::uint64_t records_read() const { return records_read_; }

 private:
  using Memory = shared_directory::SpaceMemory;

  Memory& memory_of(const SpaceName& space);
  [[nodiscard]] std::optional<StoreError> refuse(const SpaceName& space, const MachineName* name,
                                                 bool changes) const;
  template <class Job>
  Async<std::invoke_result_t<Job&>> on_disk(Job job);
  template <class Note, class Read>
  Async<StoreResult<Note>> read_note(SpaceName space, shared_directory::Stamped<Note> Memory::*place,
                                     Read read);
  template <class Note, class Write>
  Async<StoreResult<Done>> write_note(SpaceName space, shared_directory::Stamped<Note> Memory::*place,
                                      Write write, Note note);
  Async<StoreResult<Done>> prepare(Memory& memory);
  Async<StoreResult<Done>> scan(Memory& memory, Freshness freshness);
  Async<StoreResult<Done>> read_new(Memory& memory, std::vector<shared_directory::CurrentName> names,
                                    std::uint64_t changes_before);

  std::string state_dir_;
  std::string shared_;
  Access access_;
  DiskWorker& worker_;
  std::map<SpaceName, std::unique_ptr<Memory>> memories_;
  std::uint64_t records_read_ = 0;
};

}  // namespace vacuum
