#pragma once

#include <string>

namespace vacuum {

/// This host's name, which is a manager's name; "localhost" where it has none.
[[nodiscard]] std::string host_name();

/// Another text after each boot of the host; empty where the system tells none.
[[nodiscard]] std::string boot_id();

}  // namespace vacuum
