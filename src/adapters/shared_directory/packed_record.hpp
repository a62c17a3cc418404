#pragma once

#include <string>

#include "ports/machine_store.hpp"

namespace vacuum::shared_directory {

/// A record without its name, in a third of the room: a store remembers a hundred thousand of them for years,
/// and looks at few.
class PackedRecord {
 public:
  PackedRecord() = default;
  explicit PackedRecord(const MachineRecord& record);

  /// The record as it was packed. `name`: what it is kept under.
  [[nodiscard]] MachineRecord unpack(const MachineName& name) const;

 private:
  std::string bytes_;
};

}  // namespace vacuum::shared_directory
