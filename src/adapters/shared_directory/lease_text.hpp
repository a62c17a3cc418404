#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "domain/membership.hpp"

namespace vacuum::shared_directory {

/// Leases and successions as the JSON of their files. Members that are not known are left out, so that a
/// later version may write more of them. Errors are for people and do not name the file.

[[nodiscard]] std::string lease_text(const Lease& lease);
[[nodiscard]] Result<Lease, std::string> parse_lease(std::string_view text);

[[nodiscard]] std::string succession_text(const Succession& succession);
[[nodiscard]] Result<Succession, std::string> parse_succession(std::string_view text);

}  // namespace vacuum::shared_directory
