#include "programs/vcycle/machine_page.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/counted.hpp"

namespace vacuum {
namespace {

constexpr std::size_t kOutputsShown = 8;

std::string ago(TimePoint time, TimePoint now) {
  return format_duration(std::max(now - time, Seconds{0})) + " ago";
}

std::string made_of(const MachineRecord& record) {
  std::string text = counted(record.processors, "processor");
  if (!record.flavor.empty()) text += fmt::format(", flavor {}", record.flavor);
  if (!record.zone.empty()) text += fmt::format(", zone {}", record.zone);
  if (!record.server_id.empty()) text += fmt::format(", cloud id {}", record.server_id);
  if (!record.manager.empty()) text += fmt::format(", manager {}", record.manager);
  return text;
}

std::string life(const MachineFolder& folder, TimePoint now) {
  const MachineRecord& record = folder.record;
  const auto ran = ran_for(record, now);
  if (folder.place == MachineFolder::Place::deleted) {
    return fmt::format("gone from the cloud since {}{}; its record is kept for cleanup_hours",
                       format_iso8601(folder.archived),
                       ran ? ", ran for " + format_duration(*ran) : ", never seen running");
  }
  if (record.deleted) return fmt::format("its deletion was accepted {}", ago(*record.deleted, now));
  if (record.stopped) return fmt::format("stopped {}", ago(*record.stopped, now));
  if (ran) return fmt::format("running for {}", format_duration(*ran));
  return record.created ? fmt::format("created {}, not seen running yet", ago(*record.created, now))
                        : "not seen running yet";
}

std::string outputs_of(const MachineFolder& folder, TimePoint now) {
  std::string text;
  for (const OutputFile& output :
       std::span(folder.outputs).first(std::min(folder.outputs.size(), kOutputsShown))) {
    text += fmt::format("{}{} ({} bytes, {})", text.empty() ? "" : ", ", output.name, output.bytes,
                        ago(output.written, now));
  }
  if (folder.outputs.size() > kOutputsShown)
    text += fmt::format(" and {} more", folder.outputs.size() - kOutputsShown);
  return text.empty() ? "it left no files in joboutputs" : "in joboutputs: " + text;
}

bool is_told(std::span<const Event> events, EventKind kind) {
  return std::ranges::any_of(events, [kind](const Event& event) { return event.kind == kind; });
}

}  // namespace

std::optional<Seconds> ran_for(const MachineRecord& record, TimePoint now) {
  if (!record.started) return std::nullopt;
  const TimePoint end = record.stopped.value_or(record.deleted.value_or(now));
  return std::max(end - *record.started, Seconds{0});
}

std::string outcome_words(const MachineFolder& folder) {
  if (!folder.verdict) return {};
  return fmt::format("{}: {}", to_string(*folder.verdict), folder.judgement);
}

std::vector<std::string> machine_now(const MachineFolder& folder, TimePoint now) {
  std::vector<std::string> sentences{made_of(folder.record), life(folder, now), outputs_of(folder, now)};
  if (folder.message) sentences.push_back("shutdown message: " + *folder.message);
  if (folder.verdict) sentences.push_back("judged as " + outcome_words(folder));
  if (!folder.deletion.empty()) {
    sentences.push_back(
        fmt::format("deleted by {} ({}): {}", folder.deleted_by, folder.deletion, folder.deletion_words));
  }
  if (folder.record.accounted)
    sentences.push_back("accounted at " + format_iso8601(*folder.record.accounted));
  return sentences;
}

void add_recorded(const MachineFolder& folder, std::span<const Event> events, std::vector<StoryLine>& story) {
  const MachineRecord& record = folder.record;
  const auto add = [&](EventKind kind, const std::optional<TimePoint>& time, std::string text) {
    if (time && !is_told(events, kind))
      story.push_back({*time, *time, std::move(text) + " (from its record)"});
  };
  if (!is_told(events, EventKind::adopted)) add(EventKind::created, record.created, "created");
  add(EventKind::started, record.started, "first seen running");
  const std::string outcome = outcome_words(folder);
  add(EventKind::stopped, record.stopped, "stopped" + (outcome.empty() ? "" : ", judged as " + outcome));
  add(EventKind::deleted, record.deleted,
      "deletion accepted" + (folder.deletion_words.empty() ? "" : ": " + folder.deletion_words));
  std::ranges::stable_sort(story, {}, &StoryLine::begin);
}

}  // namespace vacuum
