#pragma once

#include "ports/creation_turns.hpp"
#include "ports/manager_register.hpp"
#include "sim/world/directory.hpp"
#include "sim/world/process.hpp"

namespace vacuum::sim {

/// A program's access to where managers meet in the shared directory. Each change is atomic, and the program
/// may be killed before and after it.
class ManagersDoor final : public ManagerRegister, public CreationTurns {
 public:
  /// All outlive this.
  ManagersDoor(Process& process, Directory& directory, const bool& cut_off)
      : process_(process), directory_(directory), cut_off_(cut_off) {}

  Async<StoreResult<RegisterView>> read() override;
  Async<StoreResult<Done>> renew(Lease lease) override;
  Async<StoreResult<Done>> end(Succession succession) override;
  Async<StoreResult<Done>> retire(IncarnationId incarnation) override;

  Async<StoreResult<std::optional<Turn>>> last(const SpaceName& space) override;
  Async<StoreResult<Done>> take(const SpaceName& space, std::uint64_t number, IncarnationId holder) override;
  Async<StoreResult<Done>> give_back(const SpaceName& space, std::uint64_t number) override;

 private:
  using Problem = std::optional<StoreError>;
  [[nodiscard]] Problem problem_of_reading() const;
  [[nodiscard]] Problem problem_of_writing() const;
  Async<void> step();

  Process& process_;
  Directory& directory_;
  const bool& cut_off_;
};

}  // namespace vacuum::sim
