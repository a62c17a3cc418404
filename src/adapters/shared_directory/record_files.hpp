#pragma once

#include <optional>
#include <string>

#include "adapters/shared_directory/disk.hpp"
#include "domain/names.hpp"
#include "ports/machine_store.hpp"

namespace vacuum::shared_directory {

/// A path of a record's file in its parts.
struct FilePath {
  std::string folder;  ///< empty: the record's own directory
  std::string name;
};
/// Nothing where it is none.
[[nodiscard]] std::optional<FilePath> parse_path(const std::string& path);

/// Whether an error (errno) reading a value means that there is none, rather than that the disk has a bad
/// moment.
[[nodiscard]] bool means_absent(int code);

struct ReadRecord {
  MachineRecord record;
  bool complete = true;  ///< false: something could not be read now and is worth another try
  std::optional<DiskError> owner_unknown;  ///< why it cannot be told now whose the machine is
};

/// The record of that name in current/; nothing where there is none.
[[nodiscard]] std::optional<ReadRecord> read_one(const Directory& current, const MachineName& name);

}  // namespace vacuum::shared_directory
