#pragma once

#include "ports/creation_turns.hpp"
#include "ports/manager_register.hpp"
#include "sim/world/directory.hpp"
#include "sim/world/directory_way.hpp"

namespace vacuum::sim {

/// A program's access to where managers meet in the shared directory. Each change is atomic, and the program
/// may be killed before it, while it is under way, and after it.
class ManagersDoor final : public ManagerRegister, public CreationTurns {
 public:
  /// All outlive this.
  ManagersDoor(Process& process, Directory& directory, const bool& cut_off)
      : way_(process, directory, cut_off), directory_(directory) {}

  Async<StoreResult<RegisterView>> read() override;
  Async<StoreResult<Done>> renew(Lease lease) override;
  Async<StoreResult<Done>> end(Succession succession) override;
  Async<StoreResult<Done>> retire(IncarnationId incarnation) override;

  Async<StoreResult<std::optional<Turn>>> last(const SpaceName& space) override;
  Async<StoreResult<Done>> take(const SpaceName& space, std::uint64_t number, IncarnationId holder) override;
  Async<StoreResult<Done>> give_back(const SpaceName& space, std::uint64_t number) override;

 private:
  DirectoryWay way_;
  Directory& directory_;
};

}  // namespace vacuum::sim
