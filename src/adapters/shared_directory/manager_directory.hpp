#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "adapters/shared_directory/disk.hpp"
#include "ports/disk_worker.hpp"
#include "ports/manager_register.hpp"

namespace vacuum {

/// The register of managers as files in STATE_DIR/shared/managers: INCARNATION, a lease, and
/// INCARNATION.ended, a succession, both JSON. A lease is replaced by rename; a succession is made by the one
/// step that only one can do. Symlinks are not followed.
///
/// The directory is made with the first lease. Once it was seen, its absence is an error: a file system that
/// is not mounted must not look like a site without managers.
class ManagerDirectory final : public ManagerRegister {
 public:
  /// `state_dir`: absolute. `worker` outlives this; one that does other work too can delay a renewal by it.
  ManagerDirectory(std::string state_dir, DiskWorker& worker)
      : shared_(std::move(state_dir) + "/shared"),
        worker_(worker),
        known_(std::make_shared<const KnownFiles>()) {}

  Async<StoreResult<RegisterView>> read() override;
  Async<StoreResult<Done>> renew(Lease lease) override;
  Async<StoreResult<Done>> end(Succession succession) override;
  /// Also removes what crashes left behind.
  Async<StoreResult<Done>> retire(IncarnationId incarnation) override;

  /// A file as it was read, and the stamp to tell a change by; no stamp where it was too young to trust its
  /// times.
  struct KnownFile {
    std::optional<shared_directory::Stamp> stamp;
    std::variant<std::string, Lease, Succession> content;  ///< a text: why it cannot be read
  };
  using KnownFiles = std::map<std::string, KnownFile>;

 private:
  std::string shared_;
  DiskWorker& worker_;
  bool seen_ = false;
  std::shared_ptr<const KnownFiles> known_;
};

}  // namespace vacuum
