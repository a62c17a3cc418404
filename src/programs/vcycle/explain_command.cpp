#include "programs/vcycle/explain_command.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "programs/vcycle/event_reader.hpp"
#include "programs/vcycle/machine_page.hpp"
#include "programs/vcycle/state_view.hpp"
#include "programs/vcycle/subjects.hpp"
#include "reports/event_line.hpp"
#include "reports/story.hpp"

namespace vacuum {
namespace {

/// A story that is not asked to be longer.
constexpr std::size_t kLinesShown = 60;

/// All that is told of one subject.
struct Explanation {
  Subject subject;
  std::vector<std::string> now;  ///< sentences on how it is
  std::vector<StoryLine> story;
  std::vector<Event> events;
};

bool is_of(const Event& event, const Subject& subject) {
  switch (subject.kind) {
    case Subject::Kind::machine:
      return event.machine.text() == subject.machine;
    case Subject::Kind::space:
      return event.space == subject.space;
    case Subject::Kind::machinetype:
      break;
  }
  if (event.space != subject.space) return false;
  return event.machinetype == subject.machinetype || event.machinetype.empty();
}

std::string needle_of(const Subject& subject) {
  return subject.kind == Subject::Kind::machine ? subject.machine : subject.space.text();
}

/// Machines that only the events remember.
std::vector<Subject> machines_of_events(const ExplainRequest& request) {
  std::set<Subject> machines;
  const EventQuery query{.needle = request.word,
                         .wanted =
                             [&](const Event& event) {
                               if (is_machine_name(event.machine.text())) {
                                 machines.insert(machine_subject(event.space, event.machine.text(),
                                                                 MachineFolder::Place::deleted));
                               }
                               return false;
                             },
                         .since = std::nullopt};
  [[maybe_unused]] const auto none = read_events(request.common.places.state_directory, query);
  return {machines.begin(), machines.end()};
}

Result<Subject, std::string> find(const ExplainRequest& request) {
  auto known = known_pools(request.common.places);
  auto machines = known_machines(request.common.places, known);
  known.insert(known.end(), machines.begin(), machines.end());
  auto subject = find_subject(known, request.word, Completion::by_prefix);
  if (subject) return subject;
  machines = machines_of_events(request);
  known.insert(known.end(), machines.begin(), machines.end());
  return find_subject(known, request.word, Completion::by_prefix);
}

std::string counts_of(const MachinetypeStatus& status) {
  std::string text;
  for (int i = 0; i < kMachineStateCount; ++i) {
    const int count = status.plan.machines_by_state[static_cast<std::size_t>(i)];
    if (count == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, to_string(static_cast<MachineState>(i)));
  }
  return text.empty() ? "no machines" : text;
}

void tell_machinetype(const StatusDocument& status, const MachinetypeName& name,
                      std::vector<std::string>& now) {
  const auto found = std::ranges::find_if(
      status.machinetypes, [&](const MachinetypeStatus& one) { return one.plan.name == name; });
  if (found == status.machinetypes.end()) {
    now.push_back("it is not configured any more: its machines are drained");
    return;
  }
  const MachinetypePlan& plan = found->plan;
  now.push_back(fmt::format("target_share {:g}, weighted count {:.6g}; {} with {} processors",
                            plan.target_share, plan.weighted_count, counts_of(*found), plan.processors));
  now.push_back(fmt::format("since vcycled started: {} created, {} ended ({} successes, {} aborts)",
                            found->created, found->finished(), found->finished_success,
                            found->finished_abort));
  now.push_back((plan.wait == WaitReason::none ? "now: " : "why none is created now: ") + plan.why);
}

void tell_orders(const StatusDocument& status, const Subject& subject, std::vector<std::string>& now) {
  for (const auto& [key, order] : status.orders) {
    const bool concerns = key.kind == OrderKind::drain_space || key.kind == OrderKind::hold_deletions ||
                          subject.kind == Subject::Kind::space || key.subject == subject.machinetype.text();
    if (concerns)
      now.push_back(fmt::format("order {}{}{}: {}", to_string(key.kind), key.subject.empty() ? "" : " ",
                                key.subject, describe(order)));
  }
}

/// How a machinetype or a space was after the last cycle.
std::vector<std::string> pool_now(const ExplainRequest& request, const Subject& subject) {
  CommandOptions options = request.common;
  options.space = subject.space;
  const SpaceView view = read_space_views(options).front();
  if (!view.status) return {"no cycle was done yet: " + view.problem};
  const StatusDocument& status = *view.status;
  std::vector<std::string> now;
  now.push_back(
      fmt::format("as of the last cycle, {}, by {}", describe_age(status, time_now()), status.manager));
  if (!status.error.empty()) now.push_back("it failed: " + status.error);
  if (subject.kind == Subject::Kind::machinetype) {
    tell_machinetype(status, subject.machinetype, now);
  } else {
    const std::string limit =
        status.processors_limit ? fmt::format("{}", *status.processors_limit) : "any number of";
    now.push_back(fmt::format("{} of {} processors in use", status.processors_in_space, limit));
    for (const MachinetypeStatus& type : status.machinetypes)
      now.push_back(fmt::format("{}: {}; {}", type.plan.name, counts_of(type), type.plan.why));
  }
  if (status.held_deletions > 0) now.push_back("held: " + status.held_because);
  tell_orders(status, subject, now);
  return now;
}

Explanation explain(const ExplainRequest& request, const Subject& subject) {
  Explanation told{.subject = subject, .now = {}, .story = {}, .events = {}};
  told.events = read_events(request.common.places.state_directory,
                            {.needle = needle_of(subject),
                             .wanted = [&](const Event& event) { return is_of(event, subject); },
                             .since = request.since});
  if (subject.kind != Subject::Kind::machine) {
    told.now = pool_now(request, subject);
    told.story = pool_story(told.events);
    return told;
  }
  const MachineFolders folders(request.common.places.state_directory, subject.space);
  const auto folder = folders.read(subject.place, subject.machine);
  told.story = machine_story(told.events);
  if (!folder) {
    told.now.push_back(folder.error().message);
  } else if (*folder) {
    told.now = machine_now(**folder, time_now());
    add_recorded(**folder, told.events, told.story);
  } else {
    told.now.push_back("its record is gone: cleanup_hours are over");
  }
  return told;
}

std::string_view kind_word(Subject::Kind kind) {
  switch (kind) {
    case Subject::Kind::space:
      return "space";
    case Subject::Kind::machinetype:
      return "machinetype";
    case Subject::Kind::machine:
      return "machine";
  }
  return "";
}

void print_text(const Explanation& told, bool all, std::ostream& out) {
  const Subject& subject = told.subject;
  out << fmt::format("{} {}", kind_word(subject.kind), subject.text());
  if (subject.kind == Subject::Kind::machine)
    out << fmt::format(" of machinetype {} in space {}", subject.machinetype, subject.space);
  out << "\n";
  for (const std::string& sentence : told.now) out << "  " << sentence << "\n";
  if (told.story.empty()) {
    out << "no events are kept of it\n";
    return;
  }
  const std::size_t hidden = all || told.story.size() <= kLinesShown ? 0 : told.story.size() - kLinesShown;
  if (hidden > 0) out << fmt::format("… {} earlier lines; --since shows all from a time on\n", hidden);
  out << story_text(std::span(told.story).subspan(hidden));
}

void print_json(const Explanation& told, std::ostream& out) {
  boost::json::array now(told.now.begin(), told.now.end());
  boost::json::array events;
  for (const Event& event : told.events) events.push_back(boost::json::parse(write_event(event)));
  boost::json::array story;
  for (const StoryLine& line : told.story) {
    story.push_back({{"begin", to_unix(line.begin)}, {"end", to_unix(line.end)}, {"text", line.text}});
  }
  out << boost::json::serialize(boost::json::object{{"kind", kind_word(told.subject.kind)},
                                                    {"space", told.subject.space.text()},
                                                    {"machinetype", told.subject.machinetype.text()},
                                                    {"machine", told.subject.machine},
                                                    {"now", std::move(now)},
                                                    {"story", std::move(story)},
                                                    {"events", std::move(events)}})
      << "\n";
}

}  // namespace

std::optional<TimePoint> parse_since(std::string_view text, TimePoint now) {
  if (const auto time = parse_iso8601(text)) return time;
  const auto digits = text.substr(0, text.find_first_not_of("0123456789"));
  const auto number = parse_integer(digits);
  if (!number || *number > 1'000'000) return std::nullopt;
  const std::string_view unit = text.substr(digits.size());
  const std::int64_t seconds = unit == "s"     ? 1
                               : unit == "min" ? 60
                               : unit == "h"   ? 3600
                               : unit == "d"   ? 86400
                                               : 0;
  if (seconds == 0) return std::nullopt;
  return now - Seconds{*number * seconds};
}

int run_explain(const ExplainRequest& request, std::ostream& out, std::ostream& errors) {
  const auto subject = find(request);
  if (!subject) {
    errors << "vcycle: " << subject.error() << "\n";
    return 1;
  }
  const Explanation told = explain(request, *subject);
  if (request.common.format == Format::json) {
    print_json(told, out);
  } else {
    print_text(told, request.since.has_value(), out);
  }
  return 0;
}

}  // namespace vacuum
