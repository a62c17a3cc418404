#pragma once

#include <filesystem>
#include <string>

namespace vacuum {

/// A directory of its own for a test, empty at first; removed with all below it at the end.
class TemporaryDirectory {
 public:
  /// In the system's place for such, or in another; throws where there can be none.
  explicit TemporaryDirectory(const std::filesystem::path& parent = std::filesystem::temp_directory_path());
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string string() const { return path_.string(); }
  /// The path of what has this name in it.
  [[nodiscard]] std::filesystem::path operator/(const std::filesystem::path& name) const {
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace vacuum
