#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace vacuum {

enum class FileOwner : std::uint8_t {
  caller,
  of_directory,  ///< where we run as root: vcycled's user must read what an admin puts into its directories
};

/// Replaces or makes a file that its owner alone may read, in one atomic step. The error names the path.
[[nodiscard]] Result<Done, std::string> write_private_file(const std::string& path,
                                                           const std::string& content, FileOwner owner);

}  // namespace vacuum
