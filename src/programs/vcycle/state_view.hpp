#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/names.hpp"
#include "programs/vcycle/command_places.hpp"
#include "reports/status_document.hpp"

namespace vacuum {

/// What a daemon last told of a space.
struct SpaceView {
  SpaceName name;
  std::optional<StatusDocument> status;
  std::string problem;  ///< why there is no status: no such file, torn, not readable
};

/// The spaces that the state directory knows, or the one asked for; sorted by name.
[[nodiscard]] std::vector<SpaceView> read_space_views(const CommandOptions& options);

/// "12 s ago", and whether the next cycle is overdue.
[[nodiscard]] std::string describe_age(const StatusDocument& status, TimePoint now);

/// The time of day.
[[nodiscard]] TimePoint time_now();

}  // namespace vacuum
