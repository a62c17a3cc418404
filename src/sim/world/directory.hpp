#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/membership.hpp"
#include "domain/orders.hpp"
#include "ports/accounting_sink.hpp"
#include "ports/creation_turns.hpp"
#include "ports/machine_store.hpp"
#include "sim/moment.hpp"
#include "sim/world/directory_entries.hpp"

namespace vacuum::sim {

struct DirectorySpace {
  DirectoryEntries current;
  /// Names that came to current or went, the latest ones; `moves_before` came or went earlier.
  std::deque<MachineName> moves;
  std::uint64_t moves_before = 0;
  std::map<MachineName, DirectoryEntry> deleted;
  std::map<MachinetypeName, LastAbort> last_aborts;
  std::vector<BuildFailures> build_failures;
  std::optional<Ramp> ramp;
  Orders orders;
  std::string status;
  std::uint64_t added = 0;
  std::uint64_t archived = 0;
  std::uint64_t discarded = 0;

  void note_move(const MachineName& name) {
    moves.push_back(name);
    if (moves.size() <= kMovesMax) return;
    moves.pop_front();
    ++moves_before;
  }

 private:
  static constexpr std::size_t kMovesMax = 200'000;
};

/// What is wrong with single operations on the directory; rates are probabilities.
struct DirectoryTroubles {
  SecondsRange latency{0, 0};  ///< of each operation, there and back
  double slow = 0;
  SecondsRange slow_seconds{0, 0};  ///< of a slow one, besides
  double failed_write = 0;          ///< not done, and told so
  double unsure_write = 0;          ///< done, and told to have failed
};

/// The shared directory of a simulated site: outlives every program that uses it.
struct Directory {
  std::map<SpaceName, DirectorySpace> spaces;
  std::uint64_t makings = 0;         ///< records made so far, of all spaces
  std::set<std::string> accounting;  ///< keys of the records written
  std::uint64_t accounting_writes = 0;

  std::map<IncarnationId, Lease> leases;
  std::map<IncarnationId, Succession> successions;
  std::uint64_t succession_changes = 0;
  std::map<SpaceName, Turn> turns;         ///< the last one of each space
  std::map<ManagerName, Moment> renewals;  ///< when the last one began that its manager knows of

  DirectoryTroubles troubles;
  RandomStream draws{1};

  /// While set, what writes fails with this: "No space left on device".
  std::optional<std::string> write_problem;
  /// While set, what reads fails too.
  std::optional<std::string> read_problem;

  /// When a machine that runs last wrote its heartbeat; nothing where it writes none.
  std::function<std::optional<TimePoint>(const SpaceName&, const MachineName&)> running_heartbeat;
  /// Called before a manager changes the record of a machine.
  std::function<void(const SpaceName&, const MachineName&, const ManagerName&)> on_deed;
  /// Called after a manager has added the record of a machine.
  std::function<void(const SpaceName&, const MachineRecord&)> on_added;
  /// Called with each accounting record of a new key.
  std::function<void(const AccountingRecord&)> on_accounted;
  /// Called where a machine is told a new end.
  std::function<void(const SpaceName&, const MachineName&, TimePoint)> on_shutdown_time;

  /// The entry of a current machine; null where there is none.
  [[nodiscard]] DirectoryEntry* find(const SpaceName& space, const MachineName& name);
};

}  // namespace vacuum::sim
