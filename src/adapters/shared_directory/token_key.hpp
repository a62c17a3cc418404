#pragma once

#include <string>
#include <utility>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "ports/disk_worker.hpp"
#include "ports/machine_store.hpp"
#include "ports/token_key_source.hpp"

namespace vacuum {

/// The key of the machines' tokens (spec 9), in STATE/shared/token_key: made by the first who asks, with mode
/// 0600, and the same for all managers on the directory from then on. An error, with a remedy, where the
/// directory or the file cannot be used, or everybody can read the file. Blocks as long as the disk does.
[[nodiscard]] StoreResult<Secret> read_or_make_token_key(const std::string& state_directory);

/// The same beside the loop.
class SharedTokenKey final : public TokenKeySource {
 public:
  /// `worker` outlives it.
  SharedTokenKey(std::string state_directory, DiskWorker& worker)
      : state_directory_(std::move(state_directory)), worker_(worker) {}

  Async<StoreResult<Secret>> token_key() override;

 private:
  std::string state_directory_;
  DiskWorker& worker_;
};

}  // namespace vacuum
