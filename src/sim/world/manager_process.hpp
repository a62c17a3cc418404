#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "control/fenced_cloud.hpp"
#include "control/fenced_store.hpp"
#include "control/manager.hpp"
#include "control/membership.hpp"
#include "control/standing.hpp"
#include "sim/world/canaries.hpp"
#include "sim/world/cloud_door.hpp"
#include "sim/world/directory_door.hpp"
#include "sim/world/managers_door.hpp"
#include "sim/world/process.hpp"
#include "sim/world/quiet_ports.hpp"

namespace vacuum::sim {

/// Where a manager lives.
struct ManagerHost {
  ManagerName name;
  Seconds clock_offset{0};  ///< of its time of day
  bool cut_off = false;     ///< it does not reach the shared directory
};

struct ManagerWorld {
  VirtualTime& time;
  Directory& directory;
  std::function<CloudSite&(const SpaceName&)> site;
  std::function<Configuration()> configuration;
  Milliseconds interval{60'000};
  std::function<void(const Event&)> on_event;
  /// Called as a request leaves that would change something of a cloud.
  std::function<void(CloudChange, const SpaceName&, const MachineName&, const ManagerName&)> on_cloud_change;
  ForwardingLog::Receiver on_log;
  LogLevel log_level = LogLevel::info;
  Canary canary = Canary::none;
  /// Managers that share the directory have leases of this length; nothing: there is one manager alone.
  std::optional<Milliseconds> lease;
};

/// One life of a manager: the real one, on ports to a simulated world.
class ManagerProcess {
 public:
  /// `host` and `world` outlive this.
  ManagerProcess(const ManagerHost& host, const ManagerWorld& world, std::uint64_t seed);
  ~ManagerProcess();
  ManagerProcess(const ManagerProcess&) = delete;
  ManagerProcess& operator=(const ManagerProcess&) = delete;

  /// Its program begins to run.
  void start();
  /// Asks for an orderly end (SIGTERM).
  void ask_to_stop() { stop_.request_stop(); }
  /// As whom it may act now; nothing while it may not, and where it is alone.
  [[nodiscard]] std::optional<IncarnationId> incarnation() const;
  [[nodiscard]] bool has_stopped() const { return stopped_; }
  [[nodiscard]] Process& process() { return process_; }

 private:
  [[nodiscard]] MembershipSettings membership_settings(const ManagerHost& host) const;
  void make_fences();
  [[nodiscard]] std::shared_ptr<Cloud> make_cloud(const SpaceName& space);
  Async<void> live();
  Async<void> live_among_others();

  const ManagerWorld& world_;
  ManagerName name_;
  Process process_;
  std::unique_ptr<MachineStore> canary_store_;
  std::unique_ptr<AccountingSink> canary_accounting_;
  std::unique_ptr<ManagerRegister> canary_register_;
  std::unique_ptr<CreationTurns> canary_turns_;
  DirectoryDoor directory_;
  ManagersDoor managers_;
  EmptyFiles files_;
  ProcessClock clock_;
  ForwardingLog log_;
  ForwardingEvents events_;
  EmptyWeb web_;
  NoDatagrams datagrams_;
  NoHeartbeatLists heartbeat_lists_;
  NoHost host_health_;
  FaultBoard faults_;
  WorkAtOnce side_work_;
  FixedTokenKey token_key_;
  NoImages images_;
  NoSignatures signatures_;
  bool configured_ = false;
  std::stop_source stop_;
  std::stop_source membership_stop_;
  std::unique_ptr<Membership> membership_;
  std::unique_ptr<Standings> sole_;
  std::unique_ptr<Fence> fence_;        ///< of records
  std::unique_ptr<Fence> cloud_fence_;  ///< of what changes the cloud
  std::unique_ptr<MachineStore> fenced_store_;
  bool stopped_ = false;
  std::unique_ptr<Manager> manager_;
};

}  // namespace vacuum::sim
