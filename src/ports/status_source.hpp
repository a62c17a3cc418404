#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "domain/names.hpp"
#include "ports/machine_store.hpp"

namespace vacuum {

/// What the state directory tells of spaces and machines, for those who only look. Blocks; safe from any
/// thread. Errors name the path and what the system said.
class StatusSource {
 public:
  virtual ~StatusSource() = default;

  /// The spaces that have a status or records, sorted.
  [[nodiscard]] virtual std::vector<SpaceName> spaces() = 0;
  /// The space's last status document (reports/status_document); nothing where there is none.
  [[nodiscard]] virtual Result<std::optional<std::string>, std::string> status(const SpaceName& space) = 0;
  /// Names of the machines in current/, sorted; empty where there is no such space.
  [[nodiscard]] virtual Result<std::vector<MachineName>, std::string> machines(const SpaceName& space) = 0;
  /// The records of these machines; those that are gone meanwhile are left out.
  [[nodiscard]] virtual Result<std::vector<MachineRecord>, std::string> records(
      const SpaceName& space, const std::vector<MachineName>& machines) = 0;
};

}  // namespace vacuum
