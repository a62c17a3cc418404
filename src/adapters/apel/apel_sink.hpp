#pragma once

#include <memory>
#include <string>

#include "ports/accounting_sink.hpp"
#include "ports/disk_worker.hpp"

namespace vacuum {

namespace apel {
class ApelDirectories;
}

/// Accounting records as APEL's SSM wants them (see ApelDirectories).
class ApelSink final : public AccountingSink {
 public:
  /// `directory`: absolute. `worker` must outlive it.
  ApelSink(std::string directory, DiskWorker& worker);

  Async<StoreResult<Done>> record(AccountingRecord record) override;

 private:
  std::shared_ptr<apel::ApelDirectories> directories_;  ///< shared with jobs whose deadline passed
  DiskWorker& worker_;
};

}  // namespace vacuum
