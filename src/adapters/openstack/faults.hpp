#pragma once

#include <cstdint>
#include <string_view>

#include "domain/fault.hpp"

namespace vacuum::openstack {

/// What Nova's words about a failed or refused build mean; `other` where they tell nothing.
[[nodiscard]] FaultKind fault_kind(std::string_view text);

/// The "fault" of a server in ERROR.
[[nodiscard]] Fault build_fault(std::int64_t code, std::string_view message);

}  // namespace vacuum::openstack
