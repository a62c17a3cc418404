#include "adapters/shared_directory/store_errors.hpp"

#include <cerrno>
#include <utility>

namespace vacuum::shared_directory {

Failure<StoreError> to_store_error(DiskError error) {
  return Failure{StoreError{StoreDecision::retry, std::move(error.message)}};
}

Failure<StoreError> to_root_error(DiskError error) {
  const bool is_absent = error.code == ENOENT;
  Failure<StoreError> failure = to_store_error(std::move(error));
  if (is_absent) failure.error.message += "; mount the shared file system, or make the directory once";
  return failure;
}

}  // namespace vacuum::shared_directory
