#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ports/machine_store.hpp"

namespace vacuum::shared_directory {

/// The value that tells whose a machine is: written once, with the record.
inline constexpr const char* kIncarnationFile = "incarnation";
/// The manager's name alone, which tells it for records without the above.
inline constexpr const char* kManagerFile = "manager";

/// Answers the content of a file of one record, by path ("created", "jobfeatures/allocated_cpu"), or nothing.
using ValueReader = std::function<std::optional<std::string>(const std::string& path)>;

/// The values of a record from its files (spec 5). What is missing or makes no sense is nothing and harms no
/// other.
[[nodiscard]] MachineRecord read_record(const MachineName& name, const ValueReader& read);

/// The files of a record's values: those that `known` does not hold already, or all where nothing is known.
[[nodiscard]] std::vector<RecordFile> changed_values(const MachineRecord& record, const MachineRecord* known);

/// `files`, and those of `values` whose paths are not among them.
[[nodiscard]] std::vector<RecordFile> with_values(std::vector<RecordFile> files,
                                                  std::vector<RecordFile> values);

}  // namespace vacuum::shared_directory
