#pragma once

#include <boost/json/object.hpp>

#include "ports/machine_store.hpp"
#include "reports/status_document.hpp"

namespace vacuum::wire {

/// One machine as it is on record.
[[nodiscard]] boost::json::object machine_json(const SpaceName& space, const MachineRecord& record);

/// What a list of spaces shows of one. `overdue`: its last cycle is too long ago.
[[nodiscard]] boost::json::object space_summary(const StatusDocument& status, bool overdue);

/// Whether the next cycle of a space should have begun long before `now`.
[[nodiscard]] bool is_overdue(const StatusDocument& status, TimePoint now);

}  // namespace vacuum::wire
