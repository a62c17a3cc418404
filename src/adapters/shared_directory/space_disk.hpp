#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/shared_directory/disk.hpp"
#include "adapters/shared_directory/record_files.hpp"
#include "adapters/shared_directory/store_errors.hpp"
#include "ports/machine_store.hpp"

namespace vacuum::shared_directory {

/// A name in current/ that can be a record.
struct CurrentName {
  MachineName name;
  std::uint64_t inode = 0;  ///< of its directory: a record that went and was made again has another one
};

/// What a look at current/ found.
struct CurrentNames {
  Stamp stamp;           ///< before the names were read
  bool settled = false;  ///< an equal stamp later means: no name came or went
  std::vector<CurrentName> names;
};

[[nodiscard]] std::vector<MachineName> names_of(CurrentNames found);

/// What a look at current/ does first.
enum class Look : std::uint8_t {
  at_once,
  after_a_change,  ///< makes a change of its own, which a network file system's old listing does not outlive
};

struct ArchivedName {
  std::string name;
  TimePoint archived{};
};

/// The directories of one space under shared/ (spec 5), and all blocking work on them. A value without
/// memory: each call opens what it needs, so it survives a directory that is mounted anew, and may run on any
/// thread.
class SpaceDisk {
 public:
  /// `shared`: absolute path of STATE_DIR/shared.
  SpaceDisk(std::string shared, SpaceName space) : shared_(std::move(shared)), space_(std::move(space)) {}

  /// Makes spaces/SPACE/{current,deleted,tmp} where they are not.
  [[nodiscard]] StoreResult<Done> prepare() const;
  /// The stamp of current/; nothing where there is no such directory.
  [[nodiscard]] StoreResult<std::optional<Stamp>> look() const;
  /// The names in current/ that can be records.
  [[nodiscard]] StoreResult<CurrentNames> names(Look look) const;
  /// Those of the named records that are there; nothing for the others. Same order.
  [[nodiscard]] StoreResult<std::vector<std::optional<ReadRecord>>> read(
      const std::vector<MachineName>& names) const;

  [[nodiscard]] StoreResult<Done> add(const MachineName& name, const std::vector<RecordFile>& files) const;
  [[nodiscard]] StoreResult<Done> update(const MachineName& name, const std::vector<RecordFile>& files) const;
  /// Answers the name that it has in deleted/, and when it was moved.
  [[nodiscard]] StoreResult<ArchivedName> archive(const MachineName& name) const;
  [[nodiscard]] StoreResult<Done> discard(const MachineName& name) const;

  /// All of deleted/; also sweeps what crashes left in tmp/.
  [[nodiscard]] StoreResult<std::vector<ArchivedName>> archived() const;
  [[nodiscard]] StoreResult<Done> remove_archived(const std::vector<std::string>& names) const;

  [[nodiscard]] StoreResult<std::vector<std::optional<TimePoint>>> heartbeats(
      const std::vector<HeartbeatQuery>& queries) const;
  [[nodiscard]] StoreResult<std::optional<std::string>> shutdown_message(const MachineName& name) const;
  [[nodiscard]] StoreResult<Done> leave_shutdown_message(const MachineName& name,
                                                         const std::string& message) const;

 private:
  [[nodiscard]] DiskResult<Directory> open_part(const std::string& part) const;

  std::string shared_;
  SpaceName space_;
};

}  // namespace vacuum::shared_directory
