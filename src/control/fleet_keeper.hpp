#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "control/foreign_servers.hpp"
#include "control/listing_schedule.hpp"
#include "control/machine_memory.hpp"
#include "control/machine_owners.hpp"
#include "control/name_index.hpp"
#include "domain/fleet.hpp"
#include "domain/settings.hpp"
#include "ports/cloud.hpp"
#include "ports/machine_store.hpp"

namespace vacuum {

/// The fleet of a space from cycle to cycle: what the cloud's listings, the records and the roster tell is
/// taken in as it comes, and the rest stays as it was. So a cycle costs what has changed.
///
/// Listings and records are joined by name. VMs without our prefix, or with another space's name in their
/// metadata, are foreign. A record that no listing shows is an unlisted machine. A second VM of one name
/// shares the record of the first, and is a machine of its own.
///
/// A VM whose record went is ours to adopt once a listing shows it that began after that. Until then it
/// counts and is left alone: most likely another manager, whose listing is newer, has seen its end and
/// archived it.
class FleetKeeper {
 public:
  explicit FleetKeeper(SpaceName space) : space_(std::move(space)) {}

  [[nodiscard]] Fleet& fleet() { return fleet_; }
  [[nodiscard]] MachineMemories& memories() { return memories_; }
  [[nodiscard]] ListingSchedule& listings() { return listings_; }
  /// Where the next changes of the records begin; nothing: all are needed.
  [[nodiscard]] std::optional<RecordMark> records_mark() const { return records_mark_; }
  /// Everything is to be told anew.
  void forget() { *this = FleetKeeper(space_); }

  /// Which machinetypes there are, and which machines other managers act on; null: none.
  void take_place(const SpaceSettings& settings, const Standing* standing);

  /// Pages follow of a listing that begins at `since`; nothing: it shows all.
  void begin_listing(std::optional<ListingMark> since);
  void take_page(const ServerPage& page);
  /// The listing was complete. Machines that it showed as gone, or did not show though it shows all, are
  /// unlisted from now on.
  void end_listing(std::optional<ListingMark> mark, TimePoint now, Milliseconds monotonic_now);
  /// For people: why changes are not listed any more. Told once; else empty.
  [[nodiscard]] std::string take_complaint() { return std::exchange(complaint_, {}); }

  void take_records(const RecordChanges& changes);
  /// Whether a VM of ours has no record and may be adopted.
  [[nodiscard]] bool has_unrecorded() const;

  /// Last step of a look: what is remembered is written into the machines.
  void recall();

 private:
  /// What is kept of a machine beside it.
  struct Slot {
    std::uint32_t shown = 0;     ///< number of the listing that showed it last
    std::uint32_t forsaken = 0;  ///< number of the listing that was the latest when its record went
    std::uint32_t missed = 0;    ///< number of the listing that it was missed in last
    std::uint32_t recorded = 0;  ///< number of the look at all records that showed its record last
    std::uint32_t next = 0;  ///< where the VM is, as far as known, that listings of all show behind this one
    int listed_processors = 0;  ///< as the latest listing told; may be 0
    int listed_memory_mb = 0;
    std::optional<MachineOwners::Number> first;  ///< whose its record says it is; nothing: it has none
    std::optional<MachineOwners::Number> owner;
  };

  void take_server(const Server& server);
  [[nodiscard]] bool is_at(std::size_t position, const Server& server) const;
  [[nodiscard]] std::optional<std::size_t> find_in_order(const Server& server) const;
  void take_gone(const GoneServer& gone);
  void note_image(const Server& server);
  /// Looks for changes that a listing of changes should have shown.
  void check_known(const Machine& known, const Server& server);
  void note_clocks(std::optional<ListingMark> mark);
  void show_again(std::size_t position, const Server& server);
  void show(std::size_t position, const Server& server);
  void miss(std::size_t position);

  [[nodiscard]] Server listed_part(std::size_t position) const;
  void take_record(const MachineRecord& record);
  void lose_record(std::size_t position);

  [[nodiscard]] std::vector<std::size_t> positions_of(const MachineName& name) const {
    return names_.find(name, fleet_.machines);
  }
  std::size_t add(Machine machine);
  void remove(std::size_t position);
  void assign(std::size_t position);
  [[nodiscard]] bool may_be_over(std::size_t position) const;
  void name_machinetype(Machine& machine) const;

  SpaceName space_;
  Fleet fleet_;
  std::vector<Slot> slots_;  ///< beside fleet_.machines
  NameIndex names_;
  ForeignServers foreign_;
  MachineOwners owners_;
  MachineMemories memories_;
  std::vector<MachinetypeName> machinetypes_;
  std::unordered_map<std::string, MachinetypeIndex> indexes_;  ///< of machinetypes, by name

  ListingSchedule listings_;
  std::uint32_t listing_ = 0;                ///< number of the latest
  std::optional<ListingMark> since_;         ///< where it began
  std::optional<std::size_t> shown_last_;    ///< position of what it has shown last; may have moved since
  std::optional<std::set<ImageId>> images_;  ///< in use, as far as it has shown
  std::optional<TimePoint> latest_change_;   ///< that it has shown
  int unseen_changes_ = 0;
  std::string complaint_;
  std::optional<RecordMark> records_mark_;
  std::uint32_t records_look_ = 0;  ///< number of the latest look at all records
};

}  // namespace vacuum
