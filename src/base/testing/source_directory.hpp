#pragma once

#include <filesystem>

namespace vacuum {

/// Where the sources are that this program was built from.
[[nodiscard]] std::filesystem::path source_directory();

}  // namespace vacuum
