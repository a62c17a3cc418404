#include "adapters/openstack/nova_states.hpp"

namespace vacuum::openstack {

MachineState machine_state(std::string_view status, std::string_view task_state, int power_state) {
  constexpr int kPowerRunning = 1;
  if (task_state == "deleting" || task_state == "soft-deleting") return MachineState::deleting;
  if (status == "ACTIVE")
    return power_state == kPowerRunning ? MachineState::running : MachineState::starting;
  if (status == "BUILD") return MachineState::starting;
  if (status == "SHUTOFF") return MachineState::shutdown;
  if (status == "ERROR") return MachineState::failed;
  if (status == "DELETED" || status == "SOFT_DELETED") return MachineState::deleting;
  return MachineState::unknown;
}

}  // namespace vacuum::openstack
