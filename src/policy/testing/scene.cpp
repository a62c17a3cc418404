#include "policy/testing/scene.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "policy/plan_lint.hpp"

namespace vacuum::testing {

Scene::Scene() {
  settings.name = SpaceName{"cloud.example.org"};
  settings.processors_limit = 100;
  fleet.flavors = {{FlavorName{"small"}, "1", 1, 2048, 20},
                   {FlavorName{"medium"}, "2", 4, 8192, 40},
                   {FlavorName{"large"}, "3", 8, 16384, 80}};
  add_type("prod", 1);
}

MachinetypeSettings& Scene::add_type(const std::string& name, double share) {
  MachinetypeSettings type;
  type.name = MachinetypeName{name};
  type.target_share = share;
  type.backoff = Seconds{600};
  type.fizzle = Seconds{300};
  type.flavors = {FlavorName{"small"}, FlavorName{"medium"}, FlavorName{"large"}};
  fleet.last_aborts.resize(settings.machinetypes.size() + 1);
  return settings.machinetypes.emplace_back(std::move(type));
}

Machine& Scene::add(MachineState state, std::size_t type_index) {
  Machine machine;
  machine.machinetype = MachinetypeIndex(type_index);
  machine.machinetype_name = type(type_index).name;
  machine.name = make_machine_name(machine.machinetype_name, fmt::format("{:010}", fleet.machines.size()));
  machine.state = state;
  machine.memory_mb = 2048;
  machine.flavor = FlavorName{"small"};
  machine.created = ago(3600);
  if (state != MachineState::unlisted) machine.server_id = ServerId{machine.name.text()};
  if (state == MachineState::running || is_over(state)) machine.started = ago(3540);
  return fleet.machines.emplace_back(std::move(machine));
}

Machine& Scene::add_orphan(MachineState state) {
  Machine& machine = add(state);
  machine.machinetype.reset();
  return machine;
}

void Scene::add_many(int count, MachineState state, std::size_t type_index) {
  for (int i = 0; i < count; ++i) add(state, type_index);
}

void Scene::abort(std::int64_t seconds_ago, std::size_t type_index) {
  fleet.last_aborts[type_index] =
      LastAbort{ago(seconds_ago), MachineName{"vcycle-x-abc"}, "300 No more work"};
}

Plan Scene::plan(std::uint64_t seed) const {
  RandomStream random(seed);
  Plan made = vacuum::plan(input(), random);
  EXPECT_EQ(plan_lint(input(), made), std::vector<std::string>{});
  return made;
}

int created(const Plan& plan) {
  return static_cast<int>(all_of<CreateMachine>(plan).size());
}

int created(const Plan& plan, std::size_t type_index) {
  int count = 0;
  for (const CreateMachine& one : all_of<CreateMachine>(plan))
    count += position(one.machinetype) == type_index ? 1 : 0;
  return count;
}

std::optional<DeleteReason> deletion(const Plan& plan) {
  const auto deletions = all_of<DeleteMachine>(plan);
  EXPECT_LE(deletions.size(), 1U);
  if (deletions.empty()) return std::nullopt;
  return deletions.front().reason;
}

}  // namespace vacuum::testing
