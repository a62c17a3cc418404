#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "adapters/shared_directory/disk.hpp"
#include "ports/creation_turns.hpp"

namespace vacuum::shared_directory {

/// The turns of one space (see TurnDirectory), and all blocking work on them. A value without memory, for any
/// thread.
class TurnFiles {
 public:
  /// `shared`: absolute path of STATE_DIR/shared.
  TurnFiles(std::string shared, SpaceName space) : shared_(std::move(shared)), space_(std::move(space)) {}

  [[nodiscard]] StoreResult<std::optional<Turn>> last() const;
  [[nodiscard]] StoreResult<Done> take(std::uint64_t number, const IncarnationId& holder) const;
  [[nodiscard]] StoreResult<Done> give_back(std::uint64_t number) const;

 private:
  [[nodiscard]] DiskResult<Directory> open_space() const;

  std::string shared_;
  SpaceName space_;
};

}  // namespace vacuum::shared_directory
