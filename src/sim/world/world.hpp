#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/configuration.hpp"
#include "sim/world/cloud_site.hpp"
#include "sim/world/directory.hpp"
#include "sim/world/job_queue.hpp"
#include "sim/world/manager_process.hpp"
#include "sim/world/site_guests.hpp"

namespace vacuum::sim {

/// A space with the cloud that it is simulated on.
struct SimulatedSpace {
  SpaceConfiguration configuration;  ///< its machines are made from nothing: no image, template or proxy
  CloudSettings cloud;               ///< one project
  CloudTroubles troubles;
  int foreign_processors = 0;                      ///< of VMs of others, which stay
  std::map<std::string, std::string> queue_names;  ///< of each machinetype's work; others never find any
};

struct WorldSettings {
  TimePoint start = from_unix(1'767'225'600);  ///< 2026-01-01
  Milliseconds interval{60'000};               ///< between cycles
  int managers = 1;
  /// Of each manager; nothing: a manager that is alone has none, several have the usual one.
  std::optional<Milliseconds> lease;
  std::vector<SimulatedSpace> spaces;
  std::vector<QueueSettings> queues;
  Canary canary = Canary::none;
};

/// A site in virtual time: clouds with VMs that work, a shared directory, managers. The managers run
/// unchanged.
class World {
 public:
  struct Site {
    SimulatedSpace settings;
    std::unique_ptr<SiteGuests> guests;
    std::unique_ptr<CloudModel> model;
    std::unique_ptr<CloudSite> cloud;
  };

  World(WorldSettings settings, std::uint64_t seed);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] VirtualTime& time() { return time_; }
  [[nodiscard]] Moment start() const { return start_; }
  [[nodiscard]] Directory& directory() { return directory_; }
  [[nodiscard]] std::map<SpaceName, Site>& sites() { return sites_; }
  [[nodiscard]] const std::map<SpaceName, Site>& sites() const { return sites_; }
  [[nodiscard]] std::map<std::string, JobQueue>& queues() { return queues_; }
  [[nodiscard]] ManagerWorld& managers_world() { return manager_world_; }

  [[nodiscard]] std::size_t managers() const { return hosts_.size(); }
  [[nodiscard]] ManagerHost& host(std::size_t manager) { return *hosts_.at(manager).host; }
  /// The life of a manager; null while it is down.
  [[nodiscard]] ManagerProcess* running(std::size_t manager) { return hosts_.at(manager).life.get(); }
  /// Starts it where it is down.
  void start_manager(std::size_t manager);
  /// Ends it at once, as SIGKILL does. To be called from an event or between runs.
  void kill_manager(std::size_t manager);
  /// It is killed at the `steps`-th thing that it does from now.
  void kill_after(std::size_t manager, std::uint64_t steps);

  void run_until(Moment end) { time_.run_until(end); }

  /// Hooks for those who watch.
  std::function<void(const SpaceName&, const CloudServer&)> on_created;
  std::function<void(const CloudServer&, const GuestLife&)> on_guest_end;
  std::function<void(std::size_t)> on_killed;

 private:
  struct Host {
    std::unique_ptr<ManagerHost> host;
    std::unique_ptr<ManagerProcess> life;
    std::uint64_t lives = 0;  ///< so far
  };

  void add_site(SimulatedSpace space, std::uint64_t seed);
  void add_foreign(Site& site);
  [[nodiscard]] std::map<std::string, GuestSettings> guest_settings(const SimulatedSpace& space);
  void connect();
  void tell_shutdown(const SpaceName& space, const MachineName& machine, TimePoint end);

  WorldSettings settings_;
  Moment start_;
  VirtualTime time_;
  Directory directory_;
  std::map<std::string, JobQueue> queues_;
  std::map<SpaceName, Site> sites_;
  ManagerWorld manager_world_;
  std::vector<Host> hosts_;
  RandomStream seeds_;
};

}  // namespace vacuum::sim
