#include "reports/story.hpp"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "domain/plan.hpp"

namespace vacuum {
namespace {

constexpr Seconds kLongestSum{3600};

std::string created_words(const Event& event) {
  const std::string_view processors = detail(event, "processors");
  const std::string_view zone = detail(event, "zone");
  return fmt::format("created with flavor {} ({} processor{}{}{}): {}", detail(event, "flavor"), processors,
                     processors == "1" ? "" : "s", zone.empty() ? "" : ", zone ", zone, event.reason);
}

std::string stopped_words(const Event& event) {
  const auto verdict = parse_verdict(detail(event, "verdict")).value_or(Verdict::no_verdict);
  const std::string_view meaning = verdict == Verdict::abort     ? "an abort, its machinetype backs off"
                                   : verdict == Verdict::success ? "a success"
                                                                 : "no verdict on its machinetype";
  return fmt::format("ended with {}: {}", event.reason, meaning);
}

std::string deleted_words(const Event& event) {
  const std::string_view reason = detail(event, "delete_reason");
  if (reason == to_string(DeleteReason::over)) return "deleted: it had stopped";
  if (reason == to_string(DeleteReason::not_built)) return "deleted: the cloud could not build it";
  if (reason == to_string(DeleteReason::failed)) return "deleted: the cloud could not keep it";
  return "deleted: " + event.reason;
}

std::string wait_words(const Event& event) {
  const std::string_view wait = detail(event, "wait");
  return wait == to_string(WaitReason::none) ? event.reason : "no more of it: " + event.reason;
}

/// What befell the machines of a machinetype for some time.
class Sum {
 public:
  void add(const Event& event) {
    if (!begin_) begin_ = event.time;
    end_ = event.time;
    ++counts_[static_cast<std::size_t>(event.kind)];
    if (event.kind != EventKind::stopped) return;
    const auto verdict = parse_verdict(detail(event, "verdict"));
    successes_ += verdict == Verdict::success ? 1 : 0;
    if (verdict != Verdict::abort) return;
    ++aborts_;
    last_abort_ = fmt::format("{} with {}", event.machine, event.reason);
  }

  [[nodiscard]] bool is_full(TimePoint now) const { return begin_ && now - *begin_ > kLongestSum; }

  /// Puts its line, if there is anything to tell, and begins anew.
  void end_into(std::vector<StoryLine>& lines) {
    if (begin_) lines.push_back({*begin_, end_, words()});
    *this = Sum();
  }

 private:
  [[nodiscard]] std::string words() const {
    std::string text;
    for (int i = 0; i < kEventKindCount; ++i) {
      const int count = counts_[static_cast<std::size_t>(i)];
      if (count == 0) continue;
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, word(static_cast<EventKind>(i)));
    }
    if (!last_abort_.empty()) text += "; the last abort: " + last_abort_;
    return text;
  }

  [[nodiscard]] std::string word(EventKind kind) const {
    switch (kind) {
      case EventKind::creation_refused:
        return "refused by the cloud";
      case EventKind::creation_unsure:
        return "without an answer";
      case EventKind::stopped:
        return fmt::format("ended ({} success{}, {} abort{})", successes_, successes_ == 1 ? "" : "es",
                           aborts_, aborts_ == 1 ? "" : "s");
      case EventKind::shutdown_announced:
        return "told their end";
      case EventKind::deletion_refused:
        return "not deleted yet";
      default:
        return std::string(to_string(kind));
    }
  }

  std::optional<TimePoint> begin_;
  TimePoint end_{};
  std::array<int, kEventKindCount> counts_{};
  int successes_ = 0;
  int aborts_ = 0;
  std::string last_abort_;
};

bool is_about_machine(const Event& event) {
  return !event.machine.empty() && event.kind != EventKind::order_given &&
         event.kind != EventKind::order_withdrawn;
}

std::string pool_words(const Event& event) {
  const std::string words = event_words(event);
  return event.kind == EventKind::wait_changed ? fmt::format("{}: {}", event.machinetype, words) : words;
}

}  // namespace

std::string event_words(const Event& event) {
  switch (event.kind) {
    case EventKind::created:
      return created_words(event);
    case EventKind::creation_refused:
      return "not created: " + event.reason;
    case EventKind::creation_unsure:
      return "whether it was created is not known: " + event.reason;
    case EventKind::adopted:
      return "adopted: " + event.reason;
    case EventKind::started:
      return event.reason;
    case EventKind::stopped:
      return stopped_words(event);
    case EventKind::shutdown_announced:
      return "told " + event.reason;
    case EventKind::deleted:
      return deleted_words(event);
    case EventKind::deletion_refused:
      return "not deleted, it is tried again: " + event.reason;
    case EventKind::gone:
      return "gone from the cloud: " + event.reason;
    case EventKind::accounted:
      return "accounted: " + event.reason;
    case EventKind::wait_changed:
      return wait_words(event);
    case EventKind::deletions_held:
      return "deletions held: " + event.reason;
    case EventKind::order_given:
      return "an operator's order: " + event.reason;
    case EventKind::order_withdrawn:
      return "an operator's order ends: " + event.reason;
    case EventKind::cycle_failed:
      return "a cycle failed: " + event.reason;
    case EventKind::cycle_recovered:
    case EventKind::ramp_changed:
    case EventKind::deletions_released:
    case EventKind::events_lost:
      break;
  }
  return event.reason;
}

std::vector<StoryLine> machine_story(std::span<const Event> events) {
  std::vector<StoryLine> lines;
  for (const Event& event : events) lines.push_back({event.time, event.time, event_words(event)});
  return lines;
}

std::vector<StoryLine> pool_story(std::span<const Event> events) {
  std::vector<StoryLine> lines;
  Sum sum;
  for (const Event& event : events) {
    if (is_about_machine(event)) {
      if (sum.is_full(event.time)) sum.end_into(lines);
      sum.add(event);
      continue;
    }
    sum.end_into(lines);
    lines.push_back({event.time, event.time, pool_words(event)});
  }
  sum.end_into(lines);
  return lines;
}

std::string story_text(std::span<const StoryLine> lines) {
  constexpr std::size_t kDayLength = 11;  // "2026-11-22T"
  std::string text;
  for (const StoryLine& line : lines) {
    text += format_iso8601(line.begin);
    if (line.end != line.begin) text += " to " + format_iso8601(line.end).substr(kDayLength);
    text += "  " + line.text + "\n";
  }
  return text;
}

}  // namespace vacuum
