#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "adapters/http_server/traffic.hpp"
#include "base/time.hpp"

namespace vacuum {

/// What the HTTPS service tells of itself.
struct ServiceNumbers {
  const http_server::Traffic& traffic;
  std::size_t connections = 0;
  std::optional<TimePoint> certificate_until;
  std::optional<std::uint64_t> log_lines_lost;
};

/// As Prometheus reads them; families begin with "vacuum_http_".
[[nodiscard]] std::string service_metrics(const ServiceNumbers& numbers);

}  // namespace vacuum
