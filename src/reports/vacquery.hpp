#pragma once

#include <optional>
#include <string>

#include "base/time.hpp"
#include "domain/host_health.hpp"
#include "domain/machine_state.hpp"
#include "domain/names.hpp"

namespace vacuum {

/// No message is longer than this: VacMon reads so much of a datagram. Most fit an Ethernet frame.
inline constexpr std::size_t kVacQueryBytesMax = 10'240;

/// Who sends a VacQuery message, and when (spec 8).
struct VacQuerySender {
  SpaceName space;
  std::string site;     ///< gocdb_sitename, or its default
  ManagerName factory;  ///< host name
  std::string version;  ///< "X.Y.Z"
  TimePoint time_sent{};
};

/// What runs: the machines in the state running.
struct RunningMachines {
  int machines = 0;
  int processors = 0;
  std::optional<double> hs06;  ///< nothing where no HS06 is configured
};

/// How the last machine of a machinetype ended.
struct LastEnd {
  MachineName machine;
  std::string message;  ///< "300 No more work", or what it was judged by
  TimePoint time{};
};

struct FactoryStatus {
  RunningMachines running;
  std::optional<int> processors_limit;  ///< in force; nothing: none
  HostHealth health;
};

struct MachinetypeMessage {
  MachinetypeName machinetype;
  int machinetypes = 1;  ///< of the space
  std::string fqan;      ///< empty for none
  RunningMachines running;
  int before_fizzle = 0;  ///< that start, or have run for less than fizzle_seconds
  std::int64_t bytes_per_processor = 0;
  Seconds max_wallclock{0};
  int min_processors = 1;
  std::optional<int> max_processors;
  std::optional<LastEnd> last_end;
};

struct MachineMessage {
  MachineName machine;
  MachinetypeName machinetype;
  MachineState state = MachineState::shutdown;
  ServerId server_id;
  std::string fqan;  ///< empty for none
  TimePoint created{};
  std::optional<TimePoint> started;
  std::optional<TimePoint> stopped;
  std::optional<TimePoint> heartbeat;
  int processors = 1;
  std::optional<double> hs06;    ///< of the whole machine
  std::string shutdown_message;  ///< empty for none
};

/// Messages of VacQuery 01.03 as JSON, with the old and the new names of keys that have both.
[[nodiscard]] std::string factory_status(const VacQuerySender& sender, const FactoryStatus& factory);
[[nodiscard]] std::string machinetype_status(const VacQuerySender& sender, const MachinetypeMessage& type);
[[nodiscard]] std::string machine_status(const VacQuerySender& sender, const MachineMessage& machine);

}  // namespace vacuum
