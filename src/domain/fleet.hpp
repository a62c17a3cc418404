#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "domain/fault.hpp"
#include "domain/flavor.hpp"
#include "domain/machine_state.hpp"
#include "domain/names.hpp"
#include "domain/orders.hpp"
#include "domain/ramp.hpp"
#include "domain/shutdown_message.hpp"

namespace vacuum {

/// Position of a machinetype in SpaceSettings::machinetypes.
enum class MachinetypeIndex : std::uint32_t {};
[[nodiscard]] constexpr std::size_t position(MachinetypeIndex index) {
  return static_cast<std::size_t>(index);
}

enum class RecordState : std::uint8_t {
  absent,  ///< the cloud lists the VM, there is no record: it is to be adopted
  present,
};

/// Which of the managers of a shared directory acts on a machine.
enum class ManagedBy : std::uint8_t {
  us,
  others,  ///< it counts towards all limits and shares, and is left alone
};

/// One VM of ours as a cycle sees it: the cloud's listing and our record, joined by name.
struct Machine {
  MachineName name;
  ServerId server_id;                           ///< empty while no listing and no answer named one
  std::optional<MachinetypeIndex> machinetype;  ///< nothing: not configured (any more), an orphan
  MachinetypeName machinetype_name;  ///< from the record, the VM's metadata or its name; may be empty
  MachineState state = MachineState::unlisted;
  RecordState record = RecordState::present;
  ManagedBy managed_by = ManagedBy::us;
  IncarnationId incarnation;  ///< as recorded: what created or adopted it; may be empty
  int processors = 1;
  int memory_mb = 0;
  std::optional<double> hs06;   ///< of the whole machine, as recorded at its creation
  std::string accounting_fqan;  ///< as recorded at its creation; may be empty
  FlavorName flavor;            ///< may be empty for adopted machines
  std::optional<ZoneName> zone;
  std::string ip;  ///< the first fixed address that the cloud tells; may be empty

  TimePoint created{};               ///< when the creation began; the cloud's time for an adopted machine
  std::optional<TimePoint> started;  ///< recorded: when it was first seen running
  std::optional<TimePoint> stopped;  ///< recorded: when it stopped; set means that it was judged
  std::optional<TimePoint> deleted;  ///< recorded: when its deletion was last accepted by the cloud
  std::optional<TimePoint>
      accounted;  ///< recorded: when its accounting record was written, or found needless
  std::optional<TimePoint> cloud_started;  ///< the cloud's word on when it began to run
  std::optional<TimePoint> cloud_updated;  ///< the cloud's word on its last change
  std::optional<TimePoint> heartbeat;      ///< when its heartbeat file was last written
  std::optional<TimePoint> shutdown_time;  ///< shutdowntime_job as announced to it
  std::optional<Seconds> promised_grace;   ///< grace_secs_job as told at its creation; nothing for 0
  std::optional<Seconds> max_wallclock;    ///< as recorded at its creation; what an orphan is drained by
  std::optional<ShutdownMessage> shutdown_message;  ///< what it left; read for machines that are over
  std::optional<Fault> fault;                       ///< why the cloud could not build it
  std::optional<TimePoint> inherited;        ///< since when we act on what another incarnation asked for
  std::optional<TimePoint> adopted;          ///< when it got its record from us without having had one
  int missed_listings = 0;                   ///< complete listings in a row that did not show it
  std::optional<TimePoint> missing_since;    ///< when the first of these was looked at
  std::optional<TimePoint> delete_retry_at;  ///< after a refused deletion: not before this
  std::optional<Order> deletion_order;       ///< an operator wants it deleted
};

/// Why a machinetype aborted last. Persisted: shared by all managers.
struct LastAbort {
  TimePoint time{};
  MachineName machine;  ///< empty where only the time is known
  std::string message;  ///< "300 No more work", or what was judged

  friend bool operator==(const LastAbort&, const LastAbort&) = default;
};

/// What others have in the space.
struct ForeignMachines {
  int machines = 0;
  int processors = 0;
  int memory_mb = 0;
};

/// All that a cycle of a space knows, from one complete observation. Plain values: the same for a real cloud
/// and a simulated one.
struct Fleet {
  std::vector<Machine> machines;  ///< ours
  ForeignMachines foreign;
  /// That any VM of the project was made from, ours and others'. Nothing where that is not known: a VM that
  /// boots from a volume does not tell.
  std::optional<std::set<ImageId>> images_in_use = std::set<ImageId>();
  std::vector<Flavor> flavors;  ///< all that the cloud offers
  Quota quota;
  std::vector<std::optional<LastAbort>> last_aborts;  ///< by MachinetypeIndex; same size as the machinetypes
  std::vector<BuildFailures> build_failures;
  std::optional<Ramp> ramp;             ///< of the last cycle; nothing where it is fixed, or begins
  std::optional<Order> deletions_held;  ///< an operator wants no deletions now
  std::map<IncarnationId, int> machines_by_manager;  ///< ours, by the incarnation that acts on them
};

}  // namespace vacuum
