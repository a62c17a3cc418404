#pragma once

#include <optional>
#include <ostream>
#include <string>

#include "base/time.hpp"
#include "programs/vcycle/command_places.hpp"

namespace vacuum {

struct ExplainRequest {
  CommandOptions common;
  std::string word;  ///< a machine, a machinetype or a space, or the beginning of its name
  std::optional<TimePoint> since;
};

/// `vcycle explain`: the story of a machine, a machinetype or a space from the events and the records, and
/// how it is now. Answers the exit status.
int run_explain(const ExplainRequest& request, std::ostream& out, std::ostream& errors);

/// What --since says: "90s", "30min", "6h", "2d" before now, or a time like 2026-11-22T10:35:26Z.
[[nodiscard]] std::optional<TimePoint> parse_since(std::string_view text, TimePoint now);

}  // namespace vacuum
