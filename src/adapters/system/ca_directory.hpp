#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "ports/file_reader.hpp"

namespace vacuum {

/// The files of a directory of certification authorities.
struct CaDirectory {
  std::map<std::string, std::string> files;  ///< by name: content
  std::vector<std::string> problems;         ///< files that could not be read
};

/// Reads the files of `path` whose names `is_wanted`, through symlinks; at most 20,000 files and 256 MiB. An
/// error where the directory itself cannot be read. Blocks as long as the disk does.
[[nodiscard]] Result<CaDirectory, FileError> read_ca_directory(
    const std::string& path, const std::function<bool(std::string_view name)>& is_wanted);

}  // namespace vacuum
