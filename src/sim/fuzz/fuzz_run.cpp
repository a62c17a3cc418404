#include "sim/fuzz/fuzz_run.hpp"

#include "sim/fuzz/random_world.hpp"
#include "sim/fuzz/saboteur.hpp"

namespace vacuum::sim {
namespace {

/// No multiple of a cycle: each sample sees another moment of the cycles.
constexpr Milliseconds kShareSamples{187'000};
constexpr std::uint64_t kFaultsSeed = 0x9e3779b97f4a7c15;

/// Asks for the shares at equal steps until `end`.
void sample_until(World& world, Watch& watch, Moment end) {
  watch.begin_samples();
  for (Moment next = world.time().now() + kShareSamples; next <= end; next += kShareSamples) {
    world.run_until(next);
    watch.sample_shares();
  }
}

}  // namespace

FuzzOutcome run_fuzz(std::uint64_t seed, const FuzzOptions& options) {
  RandomPlay play = draw_play(seed);
  play.world.canary = options.canary;
  World world(play.world, seed);
  world.managers_world().on_log = options.on_log;
  Watch watch(world);
  Saboteur saboteur(world, watch, play.between_faults, seed ^ kFaultsSeed);
  for (auto& [space, site] : world.sites()) site.cloud->set_troubles(play.troubles.at(space));
  world.directory().troubles = play.directory;
  for (std::size_t i = 0; i < world.managers(); ++i) world.start_manager(i);

  watch.begin();

  const Moment quiet = world.start() + play.faults_length;
  const Moment end = quiet + play.recovery_length;
  saboteur.begin(quiet);
  world.run_until(quiet);
  saboteur.end();
  world.run_until(end - play.shares_length);
  sample_until(world, watch, end);
  watch.check_shares();
  watch.check_left_overs();
  return {.seed = seed,
          .play = describe(play),
          .violations = watch.violations(),
          .deeds = saboteur.deeds(),
          .created = watch.created(),
          .digest = watch.digest()};
}

}  // namespace vacuum::sim
