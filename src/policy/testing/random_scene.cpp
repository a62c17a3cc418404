#include "policy/testing/random_scene.hpp"

#include <fmt/format.h>

#include "base/random.hpp"

namespace vacuum::testing {
namespace {

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  bool one_in(std::uint64_t n) { return random_.below(n) == 0; }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(high - low + 1)));
  }
  int small(int low, int high) { return static_cast<int>(between(low, high)); }
  template <class Value>
  std::optional<Value> maybe(Value value) {
    return one_in(2) ? std::nullopt : std::optional<Value>(std::move(value));
  }
  template <class Value>
  Value one_of(std::initializer_list<Value> values) {
    return values.begin()[random_.below(values.size())];
  }
  /// Times near the edges of the rules, some long ago, a few ahead of now.
  TimePoint around(TimePoint now) {
    const auto edge = one_of<std::int64_t>({-100, 0, 60, 300, 600, 3600, 86400});
    return now - Seconds{edge + between(-2, 40)};
  }
  std::optional<TimePoint> maybe_around(TimePoint now) { return maybe(around(now)); }

 private:
  RandomStream random_;
};

void draw_settings(Scene& scene, Draw& draw) {
  SpaceSettings& settings = scene.settings;
  settings.processors_limit = draw.maybe(draw.small(0, 150));
  if (draw.one_in(2)) settings.zones = {ZoneName{"north"}, ZoneName{"south"}};
  if (draw.one_in(5)) settings.shutdown_time = draw.around(scene.now);
  settings.max_created_percent = draw.one_of({0, 1, 10, 33, 100});
  if (draw.one_in(2)) {
    settings.ramp = RampKind::adaptive;
    scene.fleet.ramp =
        draw.maybe(Ramp{.step_millionths = draw.one_of<std::int64_t>({0, 12'500, 400'000, 1'000'000}),
                        .since = draw.around(scene.now),
                        .set_back = draw.maybe_around(scene.now),
                        .why = "words"});
  }
  settings.mass_deletion_percent = draw.one_of({0, 10, 50, 100});
  settings.no_delete = draw.one_in(10);
  if (draw.one_in(10)) scene.creations = Creations::held;
  if (draw.one_in(10)) scene.fleet.deletions_held = Order{scene.now, "ann", "words"};
}

void draw_type(MachinetypeSettings& type, Draw& draw) {
  type.target_share = draw.one_of({0.0, 0.5, 1.0, 7.0});
  type.min_processors = draw.small(0, 4);
  type.max_processors = draw.maybe(draw.small(1, 8));
  type.processors_limit = draw.maybe(draw.small(0, 60));
  type.max_starting_processors = draw.one_in(2) ? type.processors_limit : draw.maybe(draw.small(0, 20));
  if (draw.one_in(2)) type.flavors = {FlavorName{"large"}, FlavorName{"gone"}, FlavorName{"medium"}};
  type.hs06_per_processor = draw.maybe(8.5);
  if (draw.one_in(2)) type.preemptible_grace = Seconds{draw.one_of({60, 600, 7200})};
  type.max_wallclock = Seconds{draw.one_of({3600, 86400})};
  if (draw.one_in(2)) type.heartbeat = HeartbeatRule{"vm-heartbeat", Seconds{600}};
}

void draw_cloud(Scene& scene, Draw& draw, int machines) {
  scene.fleet.foreign = {draw.small(0, 5), draw.small(0, 20), draw.small(0, 9999)};
  Quota& quota = scene.fleet.quota;
  quota = {draw.maybe(draw.small(0, 200)), draw.maybe(2048 * draw.small(0, 200)),
           draw.maybe(draw.small(0, 100)), draw.small(0, 100),
           2048 * draw.small(0, 60),       draw.small(0, machines + 10)};
  for (std::size_t i = 0; i < scene.settings.machinetypes.size(); ++i) {
    if (draw.one_in(2))
      scene.fleet.last_aborts[i] = LastAbort{draw.around(scene.now), {}, "300 No more work"};
  }
  for (const char* flavor : {"small", "medium", "large"}) {
    if (!draw.one_in(3)) continue;
    const auto kind = draw.one_of({FaultKind::quota, FaultKind::no_valid_host});
    scene.fleet.build_failures.push_back({FlavorName{flavor},
                                          draw.maybe(ZoneName{"north"}),
                                          draw.small(1, 9),
                                          draw.around(scene.now),
                                          {kind, "words"}});
  }
}

void draw_machine(Scene& scene, Draw& draw) {
  const auto state = static_cast<MachineState>(draw.small(0, kMachineStateCount - 1));
  const auto last_type = static_cast<std::int64_t>(scene.settings.machinetypes.size()) - 1;
  Machine& machine = scene.add(state, static_cast<std::size_t>(draw.between(0, last_type)));
  if (draw.one_in(8)) machine.machinetype.reset();
  if (draw.one_in(20)) machine.machinetype = MachinetypeIndex{77};
  if (draw.one_in(6)) machine.record = RecordState::absent;
  machine.processors = draw.small(0, 8);
  machine.memory_mb = 2048 * draw.small(0, 8);
  machine.hs06 = draw.maybe(draw.small(-1, 80) * 1.0);
  machine.zone = draw.maybe(ZoneName{"north"});
  machine.created = draw.around(scene.now);
  for (auto* time : {&machine.started, &machine.stopped, &machine.deleted, &machine.cloud_started,
                     &machine.cloud_updated, &machine.heartbeat, &machine.shutdown_time,
                     &machine.delete_retry_at, &machine.accounted, &machine.missing_since}) {
    *time = draw.one_in(3) ? draw.maybe_around(scene.now) : std::nullopt;
  }
  if (state == MachineState::running && draw.one_in(2)) machine.started = draw.around(scene.now);
  machine.promised_grace = draw.one_in(4) ? std::optional(Seconds{1200}) : std::nullopt;
  machine.max_wallclock = draw.maybe(Seconds{3600});
  if (draw.one_in(10)) machine.deletion_order = Order{draw.around(scene.now), "ann", "words"};
  if (draw.one_in(4))
    machine.shutdown_message = ShutdownMessage{draw.one_of({100, 200, 300, 600, 700}), "words"};
  if (state == MachineState::failed) machine.fault = draw.maybe(Fault{FaultKind::other, "words"});
  machine.missed_listings = state == MachineState::unlisted ? draw.small(0, 3) : 0;
}

}  // namespace

Scene random_scene(std::uint64_t seed, int machines) {
  Scene scene;
  Draw draw(seed);
  draw_settings(scene, draw);
  draw_type(scene.type(), draw);
  for (int i = draw.small(0, 3); i > 0; --i) draw_type(scene.add_type(fmt::format("type-{}", i), 1), draw);
  for (std::size_t i = 0; i < scene.settings.machinetypes.size(); ++i) {
    const auto wait = draw.one_of({WaitReason::draining, WaitReason::not_ready});
    scene.holds.push_back(draw.one_in(10) ? std::optional(MachinetypeHold{wait, "words"}) : std::nullopt);
  }
  draw_cloud(scene, draw, machines);
  for (int i = 0; i < machines; ++i) draw_machine(scene, draw);
  return scene;
}

}  // namespace vacuum::testing
