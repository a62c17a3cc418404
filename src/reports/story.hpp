#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "domain/event.hpp"

namespace vacuum {

/// One line of a story.
struct StoryLine {
  TimePoint begin{};
  TimePoint end{};  ///< the same as begin for what happened once
  std::string text;

  friend bool operator==(const StoryLine&, const StoryLine&) = default;
};

/// An event in words that need no other line to be understood: "ended with 300 No more work: an abort, its
/// machinetype backs off".
[[nodiscard]] std::string event_words(const Event& event);

/// The life of one machine: a line for each event, in their order.
[[nodiscard]] std::vector<StoryLine> machine_story(std::span<const Event> events);

/// What happened to a machinetype or a space: what befell its machines between two other events is added up,
/// by the hour at most: "12 created, 3 ended (2 successes, 1 abort), 3 deleted; the last abort: MACHINE with
/// 300 No more work".
[[nodiscard]] std::vector<StoryLine> pool_story(std::span<const Event> events);

/// "2026-11-22T10:35:26Z  TEXT" with as many lines as there are; the end of a span is told by its time of
/// day.
[[nodiscard]] std::string story_text(std::span<const StoryLine> lines);

}  // namespace vacuum
