#pragma once

#include <map>
#include <set>
#include <unordered_map>

#include "ports/order_book.hpp"
#include "sim/moment.hpp"
#include "sim/world/directory.hpp"
#include "sim/world/directory_way.hpp"

namespace vacuum::sim {

/// A program's access to the shared directory. Each change is atomic, and the program may be killed before
/// it, while it is under way, and after it.
class DirectoryDoor final : public MachineStore, public OrderBook, public AccountingSink {
 public:
  /// All outlive this. `cut_off`: the program's host does not reach the directory.
  DirectoryDoor(Process& process, Directory& directory, const ManagerName& manager, const bool& cut_off)
      : way_(process, directory, cut_off), directory_(directory), manager_(manager) {}

  Async<StoreResult<std::vector<MachineRecord>>> load(const SpaceName& space, Freshness freshness) override;
  Async<StoreResult<RecordChanges>> changes(const SpaceName& space, Freshness freshness,
                                            std::optional<RecordMark> since) override;
  void forget(const SpaceName& space, const std::vector<MachineName>& machines) override;
  void forget(const SpaceName& space) override { known_[space] = {}; }
  Async<StoreResult<Done>> add(const SpaceName& space, const MachineRecord& record,
                               std::vector<RecordFile> files) override;
  Async<StoreResult<Done>> update(const SpaceName& space, const MachineRecord& record,
                                  std::vector<RecordFile> files) override;
  Async<StoreResult<Done>> archive(const SpaceName& space, const MachineName& name) override;
  Async<StoreResult<Done>> discard(const SpaceName& space, const MachineName& name) override;
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

  Async<StoreResult<Orders>> read(SpaceName space) override;
  Async<StoreResult<Done>> give(SpaceName space, OrderKey key, Order order) override;
  Async<StoreResult<Done>> withdraw(SpaceName space, OrderKey key) override;

  Async<StoreResult<Done>> record(AccountingRecord record) override;

 private:
  using Change = std::function<StoreResult<Done>()>;
  Async<StoreResult<Done>> change(std::string where, Change deed) {
    return way_.change<Done>(std::move(where), std::move(deed));
  }
  [[nodiscard]] DirectorySpace& of(const SpaceName& space) const { return directory_.spaces[space]; }
  [[nodiscard]] std::vector<MachineRecord> known_records(const SpaceName& space);
  [[nodiscard]] RecordChanges changes_since(const SpaceName& space, std::optional<RecordMark> since);

  DirectoryWay way_;
  Directory& directory_;
  const ManagerName& manager_;
  /// A record as this program read or wrote it last: only the manager of a machine changes its record.
  struct KnownRecord {
    MachineRecord record;
    std::uint64_t making = 0;  ///< as in DirectoryEntry
  };
  /// What this program knows of the records of a space.
  struct Known {
    std::unordered_map<MachineName, KnownRecord> records;
    /// What is known of a record that is there: as it is, where nothing was known, or only of an earlier one.
    const MachineRecord& recall(const MachineName& name, const DirectoryEntry& entry);
    std::set<MachineName> changed;  ///< to be told with the next changes
    bool all_told = false;          ///< since it forgot all of them
  };
  std::map<SpaceName, Known> known_;
};

}  // namespace vacuum::sim
