#include <fmt/format.h>

#include "sim/fuzz/random_world.hpp"

namespace vacuum::sim {
namespace {

std::int64_t minutes(Milliseconds duration) {
  return duration.count() / 60'000;
}

std::string work_of(const QueueSettings& queue) {
  if (queue.endless) return "endless work";
  if (queue.burst) return fmt::format("{} jobs every {} min", queue.burst->jobs, minutes(queue.burst->every));
  if (queue.jobs_per_hour > 0) return fmt::format("{:.0f} jobs an hour", queue.jobs_per_hour);
  return "no work";
}

std::string describe(const QueueSettings& queue) {
  return fmt::format(
      "{}: {}, jobs of {:.0f} to {:.0f} s, {} a machine, boot {:.0f} to {:.0f} s, idle {:.0f} to {:.0f} s; "
      "failures {:.3f}, crashes {:.3f}, hangs {:.3f}",
      queue.name, work_of(queue), queue.job_seconds.from, queue.job_seconds.to, queue.jobs_per_machine,
      queue.boot_seconds.from, queue.boot_seconds.to, queue.idle_seconds.from, queue.idle_seconds.to,
      queue.failure_rate, queue.crash_rate, queue.hang_rate);
}

std::string describe(const MachinetypeSettings& type) {
  std::string words = fmt::format("{}: share {:g}, back-off {}, fizzle {}, life {}", type.name,
                                  type.target_share, format_duration(type.backoff),
                                  format_duration(type.fizzle), format_duration(type.max_wallclock));
  for (const FlavorName& flavor : type.flavors) words += fmt::format(", flavor {}", flavor);
  if (type.heartbeat) words += fmt::format(", heartbeat {}", format_duration(type.heartbeat->max_age));
  if (type.preemptible_grace)
    words += fmt::format(", preemptible with {}", format_duration(*type.preemptible_grace));
  if (type.processors_limit) words += fmt::format(", at most {} processors", *type.processors_limit);
  if (type.max_starting_processors)
    words += fmt::format(", at most {} starting", *type.max_starting_processors);
  return words;
}

std::string describe(const DirectoryTroubles& troubles) {
  return fmt::format(
      "latency {:.3f} to {:.3f} s; slow {:.3f}, of {:.1f} to {:.1f} s; failed writes {:.4f}, unsure {:.4f}",
      troubles.latency.from, troubles.latency.to, troubles.slow, troubles.slow_seconds.from,
      troubles.slow_seconds.to, troubles.failed_write, troubles.unsure_write);
}

std::string describe(const CloudTroubles& troubles) {
  return fmt::format(
      "latency {:.2f} to {:.2f} s; errors {:.3f}, pauses {:.3f}, lost answers {:.3f}, lost requests {:.3f}, "
      "late creations {:.3f}, short listings {:.3f}, slow {:.3f}",
      troubles.latency.from, troubles.latency.to, troubles.error, troubles.pause, troubles.lost_answer,
      troubles.lost_request, troubles.late_creation, troubles.short_listing, troubles.slow);
}

std::string describe(const CloudSettings& cloud) {
  std::string words;
  for (const Flavor& flavor : cloud.flavors)
    words += fmt::format("flavor {} of {} processors, ", flavor.name, flavor.processors);
  return words + fmt::format(
                     "schedule {:.0f} to {:.0f} s, build {:.0f} to {:.0f} s, delete {:.0f} to {:.0f} s; "
                     "failed builds {:.3f}, stuck {:.3f}, stuck deletes {:.3f}, vanishing {:.3f}",
                     cloud.schedule_seconds.from, cloud.schedule_seconds.to, cloud.build_seconds.from,
                     cloud.build_seconds.to, cloud.delete_seconds.from, cloud.delete_seconds.to,
                     cloud.faults.failed_build_rate, cloud.faults.stuck_build_rate,
                     cloud.faults.stuck_delete_rate, cloud.faults.vanish_rate);
}

void describe_space(const SimulatedSpace& space, const CloudTroubles& troubles,
                    std::vector<std::string>& lines) {
  const SpaceSettings& settings = space.configuration.settings;
  lines.push_back(fmt::format("space {}: {} processors, {} % created a cycle{}, {} of others, quota {}",
                              settings.name, settings.processors_limit.value_or(-1),
                              settings.max_created_percent,
                              settings.ramp == RampKind::adaptive ? " (adaptive)" : "",
                              space.foreign_processors, space.cloud.projects.front().quota.processors));
  lines.push_back("  cloud: " + describe(space.cloud));
  lines.push_back("  troubles: " + describe(troubles));
  for (const MachinetypeSettings& type : settings.machinetypes) lines.push_back("  " + describe(type));
}

}  // namespace

std::vector<std::string> describe(const RandomPlay& play) {
  std::vector<std::string> lines;
  const std::string lease =
      play.world.lease ? fmt::format("leases of {} s", play.world.lease->count() / 1000) : "no lease";
  lines.push_back(fmt::format("managers: {}, {}; {} min with faults, one each {} min, then {} min without",
                              play.world.managers, lease, minutes(play.faults_length),
                              minutes(play.between_faults), minutes(play.recovery_length)));
  lines.push_back("directory: " + describe(play.directory));
  for (const SimulatedSpace& space : play.world.spaces)
    describe_space(space, play.troubles.at(space.configuration.settings.name), lines);
  for (const QueueSettings& queue : play.world.queues) lines.push_back("queue " + describe(queue));
  return lines;
}

}  // namespace vacuum::sim
