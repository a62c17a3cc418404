// How long a plan takes for 100,000 machines in 50 machinetypes, on one core.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "policy/plan.hpp"
#include "policy/plan_lint.hpp"

namespace vacuum {
namespace {

constexpr int kMachines = 100'000;
constexpr std::size_t kMachinetypes = 50;
constexpr TimePoint kNow = from_unix(1'800'000'000);

struct Space {
  SpaceSettings settings;
  Fleet fleet;
  [[nodiscard]] PlanInput input() const { return {fleet, settings, kNow, Creations::allowed, ""}; }
};

Machine running_machine(int index, const MachinetypeSettings& type) {
  Machine machine;
  machine.machinetype = MachinetypeIndex(static_cast<std::size_t>(index) % kMachinetypes);
  machine.machinetype_name = type.name;
  machine.name = make_machine_name(type.name, fmt::format("{:010}", index));
  machine.server_id = ServerId{fmt::format("3f2504e0-4f89-11d3-9a0c-{:012}", index)};
  machine.state = MachineState::running;
  machine.flavor = FlavorName{"m1.standard-large"};
  machine.memory_mb = 2048;
  machine.hs06 = 11.5;
  machine.created = kNow - Seconds{7200};
  machine.started = kNow - Seconds{7000};
  machine.cloud_started = machine.started;
  machine.cloud_updated = machine.started;
  machine.heartbeat = kNow - Seconds{30};
  machine.max_wallclock = Seconds{86400};
  return machine;
}

/// All machines of ours run; `free` processors are left below the limit, and one cycle may take them all.
Space make_space(int free) {
  Space space;
  space.settings.name = SpaceName{"cloud.example.org"};
  space.settings.processors_limit = kMachines + free;
  space.settings.max_created_percent = 100;
  for (std::size_t i = 0; i < kMachinetypes; ++i) {
    MachinetypeSettings type;
    type.name = MachinetypeName{fmt::format("machinetype-{:02}", i)};
    type.target_share = 1.0 + static_cast<double>(i % 7);
    type.backoff = type.fizzle = Seconds{600};
    type.flavors = {FlavorName{"m1.standard-large"}};
    type.heartbeat = HeartbeatRule{"vm-heartbeat", Seconds{600}};
    space.settings.machinetypes.push_back(std::move(type));
  }
  space.fleet.last_aborts.resize(kMachinetypes);
  space.fleet.flavors = {{FlavorName{"m1.standard-large"}, "1", 1, 2048, 20}};
  for (int i = 0; i < kMachines; ++i) {
    space.fleet.machines.push_back(
        running_machine(i, space.settings.machinetypes[static_cast<std::size_t>(i) % kMachinetypes]));
  }
  return space;
}

void plan_repeatedly(benchmark::State& state, const Space& space, std::size_t expected_actions) {
  for (auto _ : state) {
    RandomStream random(1);
    const Plan made = plan(space.input(), random);
    if (made.actions.size() != expected_actions) state.SkipWithError("the plan is not the expected one");
    benchmark::DoNotOptimize(made.actions.data());
  }
}

void quiet_fleet(benchmark::State& state) {
  plan_repeatedly(state, make_space(0), 0);
}

void fleet_with_creations(benchmark::State& state) {
  const auto creations = static_cast<std::size_t>(state.range(0));
  plan_repeatedly(state, make_space(static_cast<int>(creations)), creations);
}

/// Every tenth machine has stopped: judged and deleted.
void fleet_with_endings(benchmark::State& state) {
  Space space = make_space(0);
  for (std::size_t i = 0; i < kMachines; i += 10) {
    space.fleet.machines[i].state = MachineState::shutdown;
    space.fleet.machines[i].shutdown_message = ShutdownMessage{200, "Success"};
  }
  plan_repeatedly(state, space, kMachines / 10 * 2);
}

void lint_of_a_plan(benchmark::State& state) {
  const Space space = make_space(1000);
  RandomStream random(1);
  const Plan made = plan(space.input(), random);
  for (auto _ : state) {
    if (!plan_lint(space.input(), made).empty()) state.SkipWithError("the plan has a fault");
  }
}

BENCHMARK(quiet_fleet)->Unit(benchmark::kMillisecond);
BENCHMARK(fleet_with_creations)->Arg(100)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK(fleet_with_endings)->Unit(benchmark::kMillisecond);
BENCHMARK(lint_of_a_plan)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vacuum

BENCHMARK_MAIN();
