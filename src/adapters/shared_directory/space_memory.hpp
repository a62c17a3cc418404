#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/shared_directory/packed_record.hpp"
#include "adapters/shared_directory/space_disk.hpp"
#include "adapters/shared_directory/space_notes.hpp"

namespace vacuum::shared_directory {

/// What a store knows of one space. Touched on the loop's thread alone. `changes` counts what this process
/// changed or made stale, so that a look at the disk that began before does not undo it.
struct SpaceMemory {
  struct Entry {
    PackedRecord record;
    std::uint64_t changed = 0;
    RecordMark version = 0;   ///< of what is known when it came or changed
    std::uint64_t inode = 0;  ///< of its directory; 0: no look has shown it yet
    bool complete = true;
    bool stale = false;  ///< another manager may have changed it since
  };
  using Entries = std::map<MachineName, Entry>;

  SpaceMemory(const std::string& shared, const SpaceName& space)
      : disk(shared, space), notes(shared, space) {}

  SpaceDisk disk;
  SpaceNotes notes;
  Entries records;
  RecordMark version = 1;                               ///< grows with each change of what is known
  std::deque<std::pair<RecordMark, MachineName>> gone;  ///< the latest that went, by the version of it
  RecordMark gone_before = 1;                           ///< of what went up to here nothing is known any more
  std::uint64_t changes = 0;
  std::uint64_t made_stale = 0;  ///< the value of `changes` when something was made stale last
  bool prepared = false;
  std::optional<Stamp> scanned;  ///< of current/, where an equal one means that no name came or went
  int loads_since_scan = 0;
  int incomplete = 0;

  std::multimap<TimePoint, std::string> archived;
  bool archived_scanned = false;
  int expiries_since_scan = 0;

  std::map<MachinetypeName, StampedAbort> aborts;
  StampedFailures failures;
  StampedRamp ramp;

  /// What this process added.
  void remember_new(const MachineRecord& record);
  /// What this process changed. Of one that nothing was known of, the rest is read with the next look.
  void remember(const MachineRecord& record);
  void forget(const MachineName& name);
  /// What is new since this version, or all.
  [[nodiscard]] RecordChanges changes_since(std::optional<RecordMark> since) const;
  void make_stale(const std::vector<MachineName>& machines);
  void make_all_stale();

  /// Whether what is known is what is there, if current/ has this stamp.
  [[nodiscard]] bool is_current(const std::optional<Stamp>& stamp) const;
  /// Drops what is not among the names that a look found, and answers which of these are to be read.
  [[nodiscard]] std::vector<CurrentName> unread(std::vector<CurrentName> there, std::uint64_t changes_before);
  /// What a look that began at `changes_before` found of one machine; nothing: it is gone. A machine whose
  /// manager cannot be told is an error: it must not look like one that nobody manages.
  [[nodiscard]] StoreResult<Done> take(const CurrentName& there, std::optional<ReadRecord> found,
                                       std::uint64_t changes_before);
  /// A look is done and all that it found was taken.
  void note_scan(const CurrentNames& found, std::uint64_t changes_before);

 private:
  void note_gone(const MachineName& name);
  [[nodiscard]] static bool is_known(Entry& entry, const CurrentName& there);
  Entries::iterator drop(Entries::iterator entry, std::uint64_t changes_before);
};

}  // namespace vacuum::shared_directory
