#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vacuum {

/// Where a machine is in its life (spec 1). The adapters map each cloud's words to these.
enum class MachineState : std::uint8_t {
  unlisted,  ///< a record exists, the cloud lists no such VM: not yet, or no more
  starting,
  running,
  shutdown,  ///< stopped, still there
  deleting,
  failed,
  unknown,  ///< the cloud says something we have no word for
};

inline constexpr int kMachineStateCount = 7;

[[nodiscard]] std::string_view to_string(MachineState state);
[[nodiscard]] std::optional<MachineState> parse_machine_state(std::string_view text);

/// Whether a VM seen in `from` may be seen in `to` next; the only table of the life cycle. A listing may miss
/// steps between two looks, so only what would turn time back is false.
[[nodiscard]] bool may_follow(MachineState from, MachineState to);

/// Whether the VM's work is over: nothing of it will run again.
[[nodiscard]] constexpr bool is_over(MachineState state) {
  return state == MachineState::shutdown || state == MachineState::deleting || state == MachineState::failed;
}

}  // namespace vacuum
