#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "adapters/shared_directory/disk.hpp"
#include "ports/disk_worker.hpp"
#include "ports/order_book.hpp"

namespace vacuum {

/// Orders as files in STATE_DIR/shared/orders/SPACE: `drain`, `drain.MACHINETYPE`, `hold-deletes`,
/// `delete.MACHINE`. That a file is there is the order; its first line is "UNIX_TIME WHO", its second the
/// reason. Where these cannot be read (somebody made the file by hand) the file's own time counts.
///
/// A directory that did not change is not read again: a look costs one call of the file system.
class OrderDirectory final : public OrderBook {
 public:
  /// `state_dir`: absolute. `worker` outlives this.
  OrderDirectory(std::string state_dir, DiskWorker& worker)
      : shared_(std::move(state_dir) + "/shared"), worker_(worker) {}

  Async<StoreResult<Orders>> read(SpaceName space) override;
  Async<StoreResult<Done>> give(SpaceName space, OrderKey key, Order order) override;
  Async<StoreResult<Done>> withdraw(SpaceName space, OrderKey key) override;

 private:
  struct Known {
    std::optional<shared_directory::Stamp> stamp;  ///< nothing: too young to trust, or never read
    Orders orders;
  };

  std::string shared_;
  DiskWorker& worker_;
  std::map<SpaceName, Known> known_;
};

}  // namespace vacuum
