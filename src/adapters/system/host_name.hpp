#pragma once

#include <string>

namespace vacuum {

/// This host's name, which is a manager's name; "localhost" where it has none.
[[nodiscard]] std::string host_name();

}  // namespace vacuum
