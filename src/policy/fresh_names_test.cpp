#include "policy/fresh_names.hpp"

#include <gtest/gtest.h>

#include <set>

#include "policy/testing/scene.hpp"

namespace vacuum {
namespace {

using testing::all_of;
using testing::Scene;

TEST(FreshNamesTest, NamesTellTheMachinetypeAndAreUnique) {
  Scene scene;
  scene.settings.max_created_percent = 100;
  std::set<std::string> names;
  for (const auto& one : all_of<CreateMachine>(scene.plan())) {
    EXPECT_EQ(machinetype_of(one.name), scene.type().name);
    names.insert(one.name.text());
  }
  EXPECT_EQ(names.size(), 100U);
}

TEST(FreshNamesTest, ANameThatTheFleetHasIsDrawnAnew) {
  Scene scene;
  const auto first = all_of<CreateMachine>(scene.plan(5));
  for (const std::size_t taken : {0U, 3U}) {
    Machine& machine = scene.add_orphan(MachineState::running);
    machine.name = first[taken].name;
  }
  const auto second = all_of<CreateMachine>(scene.plan(5));
  ASSERT_EQ(second.size(), first.size());
  EXPECT_NE(second[0].name, first[0].name);
  EXPECT_EQ(second[1].name, first[1].name);
  EXPECT_NE(second[3].name, first[3].name);
}

TEST(FreshNamesTest, NamesOfAnyLengthInTheFleetAreSurvived) {
  Scene scene;
  for (const char* name : {"", "a", "vcycle-", "vcycle-prod-0123456789-and-much-more"}) {
    scene.add_orphan(MachineState::running).name = MachineName{name};
  }
  EXPECT_EQ(testing::created(scene.plan()), 10);
}

TEST(FreshNamesTest, ZoneDrawsDoNotReshuffleTheNames) {
  Scene scene;
  const auto before = all_of<CreateMachine>(scene.plan(9));
  scene.settings.zones = {ZoneName{"north"}, ZoneName{"south"}};
  const auto after = all_of<CreateMachine>(scene.plan(9));
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(before[i].name, after[i].name);
}

}  // namespace
}  // namespace vacuum
