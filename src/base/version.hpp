#pragma once

#include <string_view>

namespace vacuum {

/// The version of this build, "X.Y.Z".
[[nodiscard]] std::string_view version();

}  // namespace vacuum
