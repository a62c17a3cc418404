#include "sim/fuzz/random_world.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace vacuum::sim {
namespace {

/// Draws what a small site may look like.
class Drawer {
 public:
  explicit Drawer(std::uint64_t seed) : random_(seed) {}

  RandomPlay draw() {
    RandomPlay play;
    const int spaces = chance(0.2) ? 2 : 1;
    for (int i = 0; i < spaces; ++i) add_space(play, SpaceName(fmt::format("space{}.example.com", i + 1)));
    if (chance(0.6)) play.world.managers = between(2, 4);
    play.world.lease = Milliseconds{between(15, 120) * 1000};
    play.directory = draw_directory(static_cast<double>(play.world.lease->count()) / 1000);
    play.faults_length = minutes(120, 300);
    play.recovery_length = minutes(480, 480);
    play.shares_length = minutes(180, 180);
    play.between_faults = minutes(5, 60);
    return play;
  }

 private:
  bool chance(double probability) { return happens(probability, random_); }
  int between(int least, int most) {
    return least + static_cast<int>(random_.below(static_cast<std::uint64_t>(most - least + 1)));
  }
  Milliseconds minutes(int least, int most) { return Milliseconds{60'000} * between(least, most); }
  /// Often nothing, sometimes much.
  double trouble(double most) { return chance(0.4) ? 0 : most * random_.fraction() * random_.fraction(); }

  MachinetypeSettings draw_type(int number, const Flavor& flavor, int limit) {
    constexpr std::array kShares{0.5, 1.0, 1.0, 2.0, 3.0};
    MachinetypeSettings type;
    type.name = MachinetypeName(fmt::format("type-{}", number));
    type.target_share = kShares[random_.below(kShares.size())];
    type.backoff = Seconds{between(3, 20) * 60};
    type.fizzle = Seconds{between(3, 15) * 60};
    type.max_wallclock = Seconds{between(60, 180) * 60};
    type.flavors = {flavor.name};
    type.root_image.location = "simulated";
    type.user_data.location = "/simulated";
    if (chance(0.5)) type.heartbeat = HeartbeatRule{"heartbeat", Seconds{between(10, 20) * 60}};
    if (chance(0.2)) type.processors_limit = std::max(limit * between(2, 8) / 10, flavor.processors);
    if (chance(0.2)) type.preemptible_grace = Seconds{between(2, 30) * 60};
    if (chance(0.2)) type.max_starting_processors = std::max(limit / 4, flavor.processors);
    return type;
  }

  QueueSettings draw_queue(const std::string& name) {
    QueueSettings queue;
    queue.name = name;
    const int kind = between(0, 4);
    queue.endless = kind <= 1;
    if (kind == 2) queue.jobs_per_hour = between(1, 60);
    if (kind == 3)
      queue.burst = QueueSettings::Burst{static_cast<std::uint64_t>(between(1, 60)), minutes(30, 180)};
    const double shortest = between(2, 30) * 60.0;
    queue.job_seconds = {shortest, shortest * (1 + 2 * random_.fraction())};
    queue.boot_seconds = {10, 10.0 + between(0, 120)};
    queue.idle_seconds = {10, 10.0 + between(0, 100)};
    queue.jobs_per_machine = chance(0.3) ? 0 : between(1, 3);
    queue.failure_rate = trouble(0.2);
    queue.crash_rate = trouble(0.1);
    queue.hang_rate = trouble(0.05);
    return queue;
  }

  void draw_cloud(SimulatedSpace& space, const Flavor& flavor, int limit) {
    space.cloud.flavors = {flavor};
    space.cloud.schedule_seconds = {0.5, 0.5 + between(1, 20)};
    space.cloud.build_seconds = {2, 2.0 + between(5, 120)};
    space.cloud.delete_seconds = {0.5, 0.5 + between(1, 60)};
    LifeFaults& faults = space.cloud.faults;
    faults.failed_build_rate = trouble(0.1);
    faults.stuck_build_rate = trouble(0.05);
    faults.stuck_delete_rate = trouble(0.1);
    faults.vanish_rate = trouble(0.05);
    faults.vanish_after = {60, 3600};
    if (chance(0.3)) space.cloud.projects.front().quota.processors = limit;
  }

  CloudTroubles draw_troubles() {
    CloudTroubles troubles;
    troubles.latency = {0.01, 0.01 + 2 * random_.fraction()};
    troubles.error = trouble(0.2);
    troubles.pause = trouble(0.02);
    troubles.lost_answer = trouble(0.4);
    troubles.lost_request = trouble(0.4);
    troubles.late_creation = trouble(0.6);
    troubles.short_listing = trouble(0.8);
    troubles.slow = trouble(0.1);
    return troubles;
  }

  DirectoryTroubles draw_directory(double lease_seconds) {
    DirectoryTroubles troubles;
    troubles.latency = {0.001, 0.002 + (chance(0.5) ? 0.2 : 0.02) * random_.fraction()};
    troubles.slow = trouble(0.05);
    // What is under way for longer than the difference between a fence and a lease cannot be told from what
    // another manager does later.
    troubles.slow_seconds = {0.05, 0.1 * lease_seconds};
    troubles.failed_write = trouble(0.02);
    troubles.unsure_write = trouble(0.02);
    return troubles;
  }

  void add_space(RandomPlay& play, const SpaceName& name) {
    constexpr std::array kSizes{1, 1, 2, 4, 8};
    const int processors = kSizes[random_.below(kSizes.size())];
    const Flavor flavor{FlavorName("flavor"), "flavor", processors, 2048 * processors, 20};
    SimulatedSpace space;
    space.configuration.usable = true;
    SpaceSettings& settings = space.configuration.settings;
    settings.name = name;
    const int limit = processors * between(8, 40);
    settings.processors_limit = limit;
    settings.max_created_percent = between(10, 50);
    if (chance(0.3)) settings.ramp = RampKind::adaptive;
    settings.mass_deletion_percent = 100;
    settings.gocdb_sitename = "SIMULATED";
    if (chance(0.3)) space.foreign_processors = processors * between(1, 4);
    const int types = between(1, 4);
    for (int i = 0; i < types; ++i) {
      settings.machinetypes.push_back(draw_type(i + 1, flavor, limit));
      const std::string queue = fmt::format("{}/{}", name, settings.machinetypes.back().name);
      space.queue_names[settings.machinetypes.back().name.text()] = queue;
      play.world.queues.push_back(draw_queue(queue));
    }
    draw_cloud(space, flavor, limit);
    play.troubles[name] = draw_troubles();
    play.world.spaces.push_back(std::move(space));
  }

  RandomStream random_;
};

}  // namespace

RandomPlay draw_play(std::uint64_t seed) {
  return Drawer(seed).draw();
}

}  // namespace vacuum::sim
