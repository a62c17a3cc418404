#pragma once

#include <optional>
#include <string>

#include <fmt/format.h>

#include "adapters/shared_directory/disk.hpp"
#include "ports/machine_store.hpp"

namespace vacuum::shared_directory {

/// What a caller should do about an error of the disk: all but a missing record is worth another try.
[[nodiscard]] Failure<StoreError> to_store_error(DiskError error);

/// As above, of the shared directory or what is always in it. It is never made where it may be a mount point:
/// a file system that is not mounted must not look like a site without machines.
[[nodiscard]] Failure<StoreError> to_root_error(DiskError error);

/// What a job of the worker answered, or that it did not in time.
template <class T>
[[nodiscard]] StoreResult<T> or_late(std::optional<StoreResult<T>> outcome, const std::string& shared) {
  if (outcome) return std::move(*outcome);
  return Failure{StoreError{StoreDecision::retry, fmt::format("{} does not answer in time", shared)}};
}

}  // namespace vacuum::shared_directory
