#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "config/configuration.hpp"
#include "control/space_loop.hpp"

namespace vacuum {

/// Makes the cloud that a space's configuration names. Called again only when that changed.
using CloudFactory = std::function<std::shared_ptr<Cloud>(const SpaceConfiguration&)>;

enum class Reload : std::uint8_t {
  if_changed,
  always,
};

/// Reads the configuration; nothing where it did not change since the last call.
using ConfigurationSource = std::function<std::optional<Configuration>(Reload)>;

struct ManagerOptions {
  Milliseconds interval{60000};    ///< between the beginnings of a space's cycles (spec 3)
  Milliseconds stop_grace{20000};  ///< how long a stop waits for what is under way
  std::uint64_t seed = 0;
};

/// The spaces of a vcycled: follows the configuration, gives each space a loop of its own.
class Manager {
 public:
  Manager(ControlPorts ports, ManagerIdentity manager, CloudFactory make_cloud,
          ConfigurationSource configuration, ManagerOptions options);

  /// Runs until `stop`; ends at the latest stop_grace after it. What is under way then is on disk as an
  /// intent.
  Async<void> run(std::stop_token stop);

  /// One cycle of each space, side by side. False where the configuration has errors or a cycle failed.
  Async<bool> run_once();

  /// Look at the configuration now, changed or not (SIGHUP).
  void reload();

  /// Begins a cycle of each space now: machines may have come from another manager.
  void wake_spaces();

 private:
  struct Space {
    SpaceConfiguration configuration;  ///< the last good one
    std::shared_ptr<Cloud> cloud;
    std::unique_ptr<SpaceLoop> loop;
    std::stop_source stop;
    bool runs = false;
  };

  Async<void> follow_configuration(Reload reload);
  void hold_all(const std::string& because);
  Async<bool> take_space(SpaceConfiguration& space);
  void start_space(SpaceConfiguration& space);
  void change_space(Space& running, SpaceConfiguration& space);
  void end_removed_spaces(const Configuration& configuration);
  Async<void> publish_problem(const SpaceConfiguration& space);
  Async<void> start_new_loops();
  [[nodiscard]] SpaceAssignment assignment(const Space& space, std::string held_because,
                                           std::vector<std::string> problems) const;

  ControlPorts ports_;
  ManagerIdentity manager_;
  CloudFactory make_cloud_;
  ConfigurationSource configuration_;
  ManagerOptions options_;
  std::map<SpaceName, std::shared_ptr<Space>> spaces_;
  std::stop_source wake_;  ///< ends the sleep between two looks at the configuration
  bool configuration_good_ = false;
  Reload next_reload_ = Reload::always;
  int loops_under_way_ = 0;
};

}  // namespace vacuum
