#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace vacuum {

/// A directory of a test's own, removed with it. Below VACUUM_TEST_DIRECTORY where that is set: there it may
/// be a network file system's, and VACUUM_TEST_DIRECTORY_2 the same one as another client sees it.
class TestDirectory {
 public:
  explicit TestDirectory(const std::string& prefix) {
    const char* first = std::getenv("VACUUM_TEST_DIRECTORY");
    const char* second = std::getenv("VACUUM_TEST_DIRECTORY_2");
    const std::filesystem::path below = first != nullptr ? first : std::filesystem::temp_directory_path();
    std::string name = (below / (prefix + "-XXXXXX")).string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a directory for the test");
    path_ = name;
    elsewhere_ = second != nullptr ? std::filesystem::path(second) / path_.filename() : path_;
  }
  ~TestDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestDirectory(const TestDirectory&) = delete;
  TestDirectory& operator=(const TestDirectory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// As another host sees it.
  [[nodiscard]] const std::filesystem::path& elsewhere() const { return elsewhere_; }

 private:
  std::filesystem::path path_;
  std::filesystem::path elsewhere_;
};

}  // namespace vacuum
