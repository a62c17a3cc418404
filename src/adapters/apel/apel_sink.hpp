#pragma once

#include <memory>
#include <string>

#include "ports/accounting_sink.hpp"
#include "ports/disk_worker.hpp"

namespace vacuum {

namespace apel {
class ApelDirectories;
}

/// Accounting records as APEL's SSM wants them, below the state directory (see ApelDirectories).
class ApelSink final : public AccountingSink {
 public:
  /// `worker` must outlive it.
  ApelSink(std::string state_directory, DiskWorker& worker);

  Async<StoreResult<Done>> record(AccountingRecord record) override;

 private:
  std::shared_ptr<apel::ApelDirectories> directories_;  ///< shared with jobs whose deadline passed
  DiskWorker& worker_;
};

}  // namespace vacuum
