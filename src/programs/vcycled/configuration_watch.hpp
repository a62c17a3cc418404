#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "control/manager.hpp"
#include "ports/clock.hpp"
#include "ports/disk_worker.hpp"
#include "ports/log.hpp"
#include "programs/common/load_from_disk.hpp"

namespace vacuum {

/// Looks after the configuration of a running daemon, beside its loop: parts of it may lie on the shared
/// directory, and must not hold up the loop where that does not answer.
class ConfigurationWatch {
 public:
  /// `disk` gave `first`: changes are told from there. `changed` is called when there is something to take.
  ConfigurationWatch(DiskConfiguration disk, Configuration first, Clock& clock, Log& log,
                     std::function<void()> changed)
      : disk_(std::make_shared<DiskConfiguration>(std::move(disk))),
        next_(std::move(first)),
        clock_(clock),
        log_(log),
        changed_(std::move(changed)) {}

  /// What take() would answer.
  [[nodiscard]] const std::optional<Configuration>& untaken() const { return next_; }
  /// What was read last; nothing where it was taken before.
  [[nodiscard]] std::optional<Configuration> take() { return std::exchange(next_, std::nullopt); }
  /// Reads on the caller's thread, for programs that have nothing else to do.
  void read_now() { next_ = disk_->load(); }
  /// Reads, at once or after what is being read already.
  Async<void> read(Reload reload);
  /// Reads what has changed, each interval until `stop`.
  Async<void> run(Milliseconds interval, std::stop_token stop);

 private:
  std::shared_ptr<DiskConfiguration> disk_;  ///< of the one thread below
  DiskWorker worker_{1};
  std::optional<Configuration> next_;
  Clock& clock_;
  Log& log_;
  std::function<void()> changed_;
  bool reads_ = false;
  bool must_read_ = false;  ///< whether it looks changed or not
};

}  // namespace vacuum
