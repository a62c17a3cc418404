#include "sim/play/simulation_sections.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/play/section_reader.hpp"

namespace vacuum::sim {
namespace {

constexpr Milliseconds kSecond{1000};
constexpr int kMany = 1'000'000'000;

SimulatedSpace* find_space(Simulation& simulation, std::string_view name) {
  auto& spaces = simulation.world.spaces;
  const auto found = std::ranges::find_if(
      spaces, [&](const auto& space) { return space.configuration.settings.name.text() == name; });
  return found == spaces.end() ? nullptr : &*found;
}

std::string names_of_spaces(const Simulation& simulation) {
  std::vector<std::string> names;
  for (const auto& space : simulation.world.spaces) names.push_back(space.configuration.settings.name.text());
  return names.empty() ? "no space can be used" : "there are: " + join(names, ", ");
}

/// "NAME:PROCESSORS:MEMORY_MB"
std::optional<Flavor> parse_flavor(const std::string& word) {
  const auto parts = split(word, ':');
  if (parts.size() != 3 || parts[0].empty()) return std::nullopt;
  const auto processors = parse_integer(parts[1]);
  const auto memory = parse_integer(parts[2]);
  if (!processors || *processors < 1 || *processors > 100'000 || !memory || *memory < 1 || *memory > kMany)
    return std::nullopt;
  return Flavor{FlavorName(parts[0]), parts[0], static_cast<int>(*processors), static_cast<int>(*memory), 20};
}

void read_simulation_settings(SectionReader& reader, Simulation& simulation) {
  simulation.title = reader.text("title").value_or(simulation.title);
  simulation.description = reader.text("description").value_or(simulation.description);
  reader.duration("length", simulation.length, 60 * kSecond);
  reader.duration("cycle", simulation.world.interval, kSecond);
  reader.integer("managers", simulation.world.managers, 1, 100);
  Milliseconds lease{0};
  reader.duration("lease", lease, 5 * kSecond);
  if (lease > Milliseconds{0}) simulation.world.lease = lease;
}

void read_troubles(SectionReader& reader, CloudTroubles& troubles) {
  reader.range("request_time", troubles.latency);
  reader.probability("request_errors", troubles.error);
  reader.probability("lost_answers", troubles.lost_answer);
  reader.probability("lost_requests", troubles.lost_request);
  reader.probability("late_creations", troubles.late_creation);
  reader.probability("short_listings", troubles.short_listing);
}

void read_cloud(SectionReader& reader, SimulatedSpace& space) {
  for (const std::string& word : reader.words("flavors")) {
    if (const auto flavor = parse_flavor(word)) {
      space.cloud.flavors.push_back(*flavor);
    } else {
      reader.fail("flavors", fmt::format("'{}' is no flavor", printable(word)),
                  "write NAME:PROCESSORS:MEMORY_MB");
    }
  }
  ProjectQuota& quota = space.cloud.projects.front().quota;
  reader.integer("quota_processors", quota.processors, -1, kMany);
  reader.integer("quota_machines", quota.machines, -1, kMany);
  reader.integer("quota_memory_mb", quota.memory_mb, -1, kMany);
  reader.integer("others_processors", space.foreign_processors, 0, 1'000'000);
  reader.range("schedule_time", space.cloud.schedule_seconds);
  reader.range("build_time", space.cloud.build_seconds);
  reader.range("delete_time", space.cloud.delete_seconds);
  LifeFaults& faults = space.cloud.faults;
  reader.probability("failed_builds", faults.failed_build_rate);
  reader.probability("stuck_builds", faults.stuck_build_rate);
  reader.probability("stuck_deletes", faults.stuck_delete_rate);
  reader.probability("vanishing", faults.vanish_rate);
  faults.vanish_after = {60, 6 * 3600.0};
  read_troubles(reader, space.troubles);
}

/// "TIME:JOBS", or the word endless.
void read_jobs(SectionReader& reader, QueueSettings& queue) {
  for (const std::string& word : reader.words("jobs")) {
    if (word == "endless") {
      queue.endless = true;
      continue;
    }
    const auto colon = word.find(':');
    const auto at = parse_duration(word.substr(0, colon));
    const auto jobs = colon == std::string::npos ? std::nullopt : parse_integer(word.substr(colon + 1));
    if (!at || !jobs || *jobs < 0) {
      reader.fail("jobs", fmt::format("'{}' is not understood", printable(word)),
                  "write endless, or TIME:JOBS such as 0:1000 3h:200");
      return;
    }
    queue.batches.push_back({*at, static_cast<std::uint64_t>(*jobs)});
  }
}

/// "JOBS every TIME"
void read_burst(SectionReader& reader, QueueSettings& queue) {
  const auto words = reader.words("burst");
  if (words.empty()) return;
  const auto jobs = parse_integer(words[0]);
  const auto every = words.size() == 3 && words[1] == "every" ? parse_duration(words[2]) : std::nullopt;
  if (!jobs || *jobs < 1 || !every || *every < 60 * kSecond) {
    return reader.fail("burst", "is not understood", "write JOBS every TIME, such as 500 every 12h");
  }
  queue.burst = QueueSettings::Burst{static_cast<std::uint64_t>(*jobs), *every};
}

void read_pauses(SectionReader& reader, QueueSettings& queue) {
  for (const std::string& word : reader.words("pauses")) {
    const auto pause = parse_duration_range(word);
    if (!pause)
      return reader.fail("pauses", fmt::format("'{}' is no pause", printable(word)),
                         "write FROM-UNTIL, such as 2d-3d");
    queue.pauses.push_back({pause->first, pause->second});
  }
}

void read_queue_settings(SectionReader& reader, QueueSettings& queue) {
  read_jobs(reader, queue);
  reader.number("jobs_per_hour", queue.jobs_per_hour, 0, 1e9);
  read_burst(reader, queue);
  read_pauses(reader, queue);
  reader.range("job_time", queue.job_seconds);
  reader.probability("failures", queue.failure_rate);
  reader.integer("failure_code", queue.failure_code, 300, 699);
  reader.probability("crashes", queue.crash_rate);
  reader.probability("hangs", queue.hang_rate);
  reader.range("boot_time", queue.boot_seconds);
  reader.range("idle_time", queue.idle_seconds);
  reader.integer("jobs_per_machine", queue.jobs_per_machine, 0, 1'000'000);
  Milliseconds heartbeat{static_cast<std::int64_t>(queue.heartbeat_seconds * 1000)};
  reader.duration("heartbeat_time", heartbeat, Milliseconds{0});
  queue.heartbeat_seconds = std::chrono::duration<double>(heartbeat).count();
}

bool is_wanted(std::string_view pattern, const SpaceName& space, const MachinetypeName& type) {
  const std::string name = space.text() + "/" + type.text();
  if (pattern.ends_with('*')) return name.starts_with(pattern.substr(0, pattern.size() - 1));
  return name == pattern;
}

void bind_queue(SectionReader& reader, const std::string& queue, Simulation& simulation) {
  const auto patterns = reader.words("machinetypes");
  if (patterns.empty())
    return reader.fail("machinetypes", "is missing", "name those that work on it: SPACE/MACHINETYPE");
  for (const std::string& pattern : patterns) {
    bool found = false;
    for (SimulatedSpace& space : simulation.world.spaces) {
      for (const auto& type : space.configuration.settings.machinetypes) {
        if (!is_wanted(pattern, space.configuration.settings.name, type.name)) continue;
        space.queue_names[type.name.text()] = queue;
        found = true;
      }
    }
    if (!found)
      reader.fail("machinetypes", fmt::format("there is no machinetype {}", printable(pattern)),
                  "write SPACE/MACHINETYPE, or SPACE/PART* for several");
  }
}

void read_queue(SectionReader& reader, const std::string& name, Simulation& simulation) {
  QueueSettings queue;
  queue.name = name;
  read_queue_settings(reader, queue);
  bind_queue(reader, name, simulation);
  simulation.world.queues.push_back(std::move(queue));
}

void read_window(SectionReader& reader, const Simulation& simulation, Expectation& expected) {
  expected.until = simulation.length;
  reader.duration("from", expected.from, Milliseconds{0});
  reader.duration("until", expected.until, Milliseconds{0});
  if (expected.until <= expected.from) reader.fail("until", "is not later than from");
}

void read_expectation(SectionReader& reader, const std::string& name, Simulation& simulation) {
  Expectation expected;
  expected.name = name;
  expected.location = reader.section().location;
  const auto& spaces = simulation.world.spaces;
  const std::string only = spaces.size() == 1 ? spaces.front().configuration.settings.name.text() : "";
  expected.space = SpaceName(reader.text("space").value_or(only));
  expected.machinetype = MachinetypeName(reader.text("machinetype").value_or(""));
  if (find_space(simulation, expected.space.text()) == nullptr)
    reader.fail("space", "is no space of this simulation", names_of_spaces(simulation));
  const auto measure = parse_measure(reader.text("measure").value_or(""));
  if (!measure)
    reader.fail("measure", "is not known",
                "there are: machines, most_machines, share, created, no_work, jobs_done, jobs_lost");
  expected.measure = measure.value_or(Measure::machines);
  read_window(reader, simulation, expected);
  double least = -1;
  double most = -1;
  reader.number("least", least, 0, 1e12);
  reader.number("most", most, 0, 1e12);
  if (least < 0 && most < 0) reader.fail("least", "and most are both missing", "give one of them");
  if (least >= 0) expected.least = least;
  if (most >= 0) expected.most = most;
  simulation.expectations.push_back(std::move(expected));
}

}  // namespace

void read_simulation_section(const IniSection& section, Simulation& simulation,
                             std::vector<Diagnostic>& found) {
  const auto words = split_words(section.name);
  SectionReader reader(section, found);
  if (words.size() == 1 && words[0] == "simulation") return read_simulation_settings(reader, simulation);
  if (words.size() == 2 && words[0] == "queue") return read_queue(reader, words[1], simulation);
  if (words.size() == 2 && words[0] == "expect") return read_expectation(reader, words[1], simulation);
  SimulatedSpace* space =
      words.size() == 2 && words[0] == "cloud" ? find_space(simulation, words[1]) : nullptr;
  if (space != nullptr) return read_cloud(reader, *space);
  for (const auto& [name, value] : section.options) (void)reader.text(name);  // it is unknown as a whole
  if (!words.empty() && words[0] == "cloud")
    return reader.fail("", "names no space that can be simulated", names_of_spaces(simulation));
  reader.fail("", "is an unknown kind of section",
              "a simulation has [simulation], [cloud SPACE], [queue NAME] and [expect NAME]");
}

}  // namespace vacuum::sim
