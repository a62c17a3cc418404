#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapters/shared_directory/machine_folders.hpp"
#include "domain/event.hpp"
#include "reports/story.hpp"

namespace vacuum {

/// Sentences on what a machine is made of and how it is: what it wrote and when, what it said, what it was
/// judged, why it was deleted.
[[nodiscard]] std::vector<std::string> machine_now(const MachineFolder& folder, TimePoint now);

/// Adds to a story what the record tells and no event does: events may have been rotated away, or belong to
/// another manager.
void add_recorded(const MachineFolder& folder, std::span<const Event> events, std::vector<StoryLine>& story);

/// "abort: 300 No more work"; empty for a machine without an outcome.
[[nodiscard]] std::string outcome_words(const MachineFolder& folder);

/// How long it ran, or has run until now; nothing where it never did.
[[nodiscard]] std::optional<Seconds> ran_for(const MachineRecord& record, TimePoint now);

}  // namespace vacuum
