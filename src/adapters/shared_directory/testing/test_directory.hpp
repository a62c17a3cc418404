#pragma once

#include <cstdlib>
#include <filesystem>

#include "base/testing/temporary_directory.hpp"

namespace vacuum {

/// A directory of a test's own, removed with it. Below VACUUM_TEST_DIRECTORY where that is set: there it may
/// be a network file system's, and VACUUM_TEST_DIRECTORY_2 the same one as another client sees it.
class TestDirectory {
 public:
  [[nodiscard]] const std::filesystem::path& path() const { return directory_.path(); }
  /// As another host sees it.
  [[nodiscard]] const std::filesystem::path& elsewhere() const { return elsewhere_; }

 private:
  static std::filesystem::path place(const char* variable, const std::filesystem::path& otherwise) {
    const char* named = std::getenv(variable);
    return named != nullptr ? std::filesystem::path(named) : otherwise;
  }

  TemporaryDirectory directory_{place("VACUUM_TEST_DIRECTORY", std::filesystem::temp_directory_path())};
  std::filesystem::path elsewhere_ =
      place("VACUUM_TEST_DIRECTORY_2", path().parent_path()) / path().filename();
};

}  // namespace vacuum
