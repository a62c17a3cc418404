#pragma once

#include <span>
#include <string>

#include "reports/status_document.hpp"

namespace vacuum {

/// What the last status documents of the spaces tell, as Prometheus reads it (text format 0.0.4). All names
/// begin with "vacuum_"; they are listed in docs/operators.md. A function of documents alone: any process
/// that can read them can serve it, on any thread. `unreadable`: spaces whose document cannot be read.
[[nodiscard]] std::string metrics_text(std::span<const StatusDocument> spaces,
                                       std::span<const std::string> unreadable = {});

}  // namespace vacuum
