#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/shared_directory/disk.hpp"

namespace vacuum::shared_directory {

enum class Claim : std::uint8_t {
  made,   ///< by this call
  taken,  ///< the name was there before
};

/// Makes a whole file of a name that is not there: of all who try at once, on all hosts, one makes it, and
/// nobody ever sees a part of it. It is on the disk before it has its name. Also when the answer of a network
/// file system was lost and the step repeated, the result is the true one.
[[nodiscard]] DiskResult<Claim> claim_file(const Directory& folder, const std::string& name,
                                           std::string_view content, unsigned mode);

/// Gives a file a second name that is not there, which needs no space on the disk. Without such a file it is
/// the error ENOENT.
[[nodiscard]] DiskResult<Claim> claim_second_name(const Directory& folder, const std::string& name,
                                                  const std::string& second);

/// Removes a file; gone already is fine.
[[nodiscard]] DiskResult<Done> remove_file(const Directory& folder, const std::string& name);

/// Removes files that steps above left behind at a crash, once nobody can be at work on them.
void sweep_temporaries(const Directory& folder, const std::vector<DirectoryEntry>& entries);

}  // namespace vacuum::shared_directory
