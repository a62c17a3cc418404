#pragma once

#include <string>

#include "config/configuration.hpp"

namespace vacuum {

/// What `vcycle check --json` prints: {"parsed", "errors", "warnings", "diagnostics": […], "spaces": […]}. No
/// secrets.
[[nodiscard]] std::string check_json(const Configuration& configuration);

}  // namespace vacuum
