#pragma once

#include <set>

#include "control/control_ports.hpp"
#include "control/vacquery_messages.hpp"

namespace vacuum {

/// Tells the monitors of a space what happens in it (spec 8). A monitor that cannot be reached delays nothing
/// and shows on the fault board.
class Monitors {
 public:
  Monitors(ControlPorts ports, ManagerName manager) : ports_(ports), manager_(std::move(manager)) {}

  /// After the actions of a cycle. Answers how many messages were handed over.
  Async<int> tell(const SpaceSettings& settings, const Fleet& fleet, const Plan& plan,
                  std::vector<MarkStopped> ended, SpokenFor spoken_for);
  /// Looks which monitors cannot be reached; once a cycle, whatever became of it.
  void look_for_problems(const SpaceSettings& settings);

 private:
  ControlPorts ports_;
  ManagerName manager_;
  LastEnds last_ends_;
  std::set<HostPort> troubled_;
};

}  // namespace vacuum
