#pragma once

#include <optional>
#include <string_view>

#include "domain/machine_state.hpp"

namespace vacuum::openstack {

/// Spec 1's table. `task_state` is empty where there is none; a VM that is being deleted keeps its status
/// until it is gone (spec 9).
[[nodiscard]] MachineState machine_state(std::string_view status, std::string_view task_state,
                                         int power_state);

}  // namespace vacuum::openstack
