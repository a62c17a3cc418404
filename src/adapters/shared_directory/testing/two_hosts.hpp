#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <boost/asio/io_context.hpp>

#include "adapters/shared_directory/manager_directory.hpp"
#include "adapters/shared_directory/turn_directory.hpp"
#include "ports/disk_worker.hpp"

namespace vacuum {

/// A shared directory of a test's own, below VACUUM_TEST_DIRECTORY if that is set: there it may be a network
/// file system's, and VACUUM_TEST_DIRECTORY_2 the same directory by another mount.
class TwoHosts {
 public:
  TwoHosts() {
    const char* first = std::getenv("VACUUM_TEST_DIRECTORY");
    const char* second = std::getenv("VACUUM_TEST_DIRECTORY_2");
    const std::filesystem::path below = first != nullptr ? first : std::filesystem::temp_directory_path();
    std::string name = (below / "vacuum-managers-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a directory for the test");
    path = name;
    other_path = second != nullptr ? std::filesystem::path(second) / path.filename() : path;
    std::filesystem::create_directories(path / "shared");
  }
  ~TwoHosts() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  TwoHosts(const TwoHosts&) = delete;
  TwoHosts& operator=(const TwoHosts&) = delete;

  std::filesystem::path path;        ///< the state directory as the first host sees it
  std::filesystem::path other_path;  ///< as the other one does
};

/// Both ports on files, as two hosts have them: the driver of their contracts.
class TwoHostsPorts : public TwoHosts {
 public:
  ManagerRegister& managers() { return managers_; }
  CreationTurns& turns() { return turns_; }
  ManagerDirectory& manager_directory() { return managers_; }
  void make_space(const SpaceName& space) const {
    std::filesystem::create_directories(path / "shared/spaces" / space.text());
  }
  [[nodiscard]] std::filesystem::path managers_path() const { return path / "shared/managers"; }
  [[nodiscard]] std::filesystem::path turns_path(const SpaceName& space) const {
    return path / "shared/spaces" / space.text() / "turns";
  }

  boost::asio::io_context loop;
  DiskWorker worker{4};

 protected:
  ManagerDirectory managers_{path.string(), worker};
  ManagerDirectory other_managers_{other_path.string(), worker};
  TurnDirectory turns_{path.string(), worker};
  TurnDirectory other_turns_{other_path.string(), worker};
};

/// Told apart by type: each contract asks for the other host's port of its own kind.
struct ManagersOnFiles : TwoHostsPorts {
  ManagerRegister& of_another_host() { return other_managers_; }
};
struct TurnsOnFiles : TwoHostsPorts {
  CreationTurns& of_another_host() { return other_turns_; }
};

}  // namespace vacuum
