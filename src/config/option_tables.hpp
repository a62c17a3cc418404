#pragma once

#include <span>

#include "config/option.hpp"

namespace vacuum {

/// The parts of option_table().
[[nodiscard]] std::span<const Option> settings_options();
[[nodiscard]] std::span<const Option> space_options();
[[nodiscard]] std::span<const Option> openstack_options();
[[nodiscard]] std::span<const Option> machinetype_options();
[[nodiscard]] std::span<const Option> vacuum_pipe_options();
[[nodiscard]] std::span<const Option> pipe_entry_options();

}  // namespace vacuum
