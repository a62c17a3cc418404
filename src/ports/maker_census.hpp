#pragma once

#include <set>

#include "ports/async.hpp"
#include "ports/machine_store.hpp"

namespace vacuum {

/// Tells whose records there are.
class MakerCensus {
 public:
  virtual ~MakerCensus() = default;

  /// Who made the records of the current machines of all spaces of the shared directory, as
  /// first_manager_of() tells, also of spaces that nobody has configured. A record that was made within the
  /// last ten minutes may be missed. Where one record cannot be read all is the error `retry`.
  virtual Async<StoreResult<std::set<IncarnationId>>> makers() = 0;
};

}  // namespace vacuum
