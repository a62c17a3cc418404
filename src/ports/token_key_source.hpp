#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "ports/async.hpp"
#include "ports/machine_store.hpp"

namespace vacuum {

/// The key of the machines' tokens, shared by all managers of a shared directory (spec 9).
class TokenKeySource {
 public:
  virtual ~TokenKeySource() = default;
  /// The key, which is made where there is none yet. The error names the file and a remedy.
  virtual Async<StoreResult<Secret>> token_key() = 0;
};

}  // namespace vacuum
