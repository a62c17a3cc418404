#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "ports/http_service.hpp"
#include "ports/status_source.hpp"

namespace vacuum::wire {

/// What the routes for operators look at. All is called on any of the service's threads.
struct StatusView {
  StatusSource& source;
  /// Metrics of this process as Prometheus reads them, beside those of the spaces. Empty: there are none.
  std::function<std::string()> metrics_text;
  /// What is wrong with this process itself; empty for nothing. Empty function: nothing is looked at.
  std::function<std::vector<std::string>()> troubles;
  /// Whether cycles run in this process, so that an overdue one is its own trouble.
  bool has_cycles = true;
};

/// Answers an operator; reads only. Described in api/openapi.yaml:
///
///     /healthz   /metrics   /api/v1/managers   /api/v1/spaces   /api/v1/spaces/SPACE
///     /api/v1/spaces/SPACE/machinetypes[/NAME]   /api/v1/spaces/SPACE/machines[/NAME]
[[nodiscard]] ServedResponse serve_status(const ServedRequest& request, const StatusView& view,
                                          TimePoint now);

}  // namespace vacuum::wire
