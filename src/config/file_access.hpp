#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace vacuum {

/// What reading a file gave.
struct FileText {
  enum class Outcome : std::uint8_t { found, missing, failed };
  Outcome outcome = Outcome::missing;
  std::string content;              ///< where found
  std::string problem;              ///< where missing or failed: what the system said
  bool readable_by_others = false;  ///< anybody on this host can read it
};

/// The door through which the configuration looks at the disk. Tests give maps, programs the real thing.
struct FileAccess {
  /// Names (no paths) of the files of a directory, in any order; empty where there is no such directory.
  std::function<std::vector<std::string>(const std::string& directory)> list;
  /// The whole file. A file beyond a sensible size is a failure.
  std::function<FileText(const std::string& path)> read;
  /// Whether there is a plain file, without its content: for what may be large.
  std::function<FileText(const std::string& path)> look;
};

}  // namespace vacuum
