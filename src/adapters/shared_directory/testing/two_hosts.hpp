#pragma once

#include <filesystem>
#include <string>

#include <boost/asio/io_context.hpp>

#include "adapters/shared_directory/manager_directory.hpp"
#include "adapters/shared_directory/testing/test_directory.hpp"
#include "adapters/shared_directory/turn_directory.hpp"
#include "ports/disk_worker.hpp"

namespace vacuum {

/// A state directory of a test's own, as two hosts see it.
class TwoHosts {
 public:
  TwoHosts() { std::filesystem::create_directories(path / "shared"); }

  const TestDirectory directory;
  const std::filesystem::path path = directory.path();
  const std::filesystem::path other_path = directory.elsewhere();
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
