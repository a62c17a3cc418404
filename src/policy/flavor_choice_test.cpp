#include "policy/flavor_choice.hpp"

#include <gtest/gtest.h>

#include <map>

#include "policy/testing/scene.hpp"

namespace vacuum {
namespace {

using testing::all_of;
using testing::created;
using testing::Scene;

class FlavorChoiceTest : public ::testing::Test {
 protected:
  std::string chosen() {
    const auto creations = all_of<CreateMachine>(scene.plan());
    return creations.empty() ? "" : creations.front().flavor.name.text();
  }
  void fail_builds(const std::string& flavor, std::optional<ZoneName> zone = std::nullopt,
                   FaultKind kind = FaultKind::no_valid_host) {
    scene.fleet.build_failures.push_back({FlavorName{flavor}, zone, 1, scene.ago(10), {kind, "words"}});
  }
  /// How often each zone is named in many plans.
  std::map<std::string, int> zones_drawn() {
    std::map<std::string, int> zones;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      for (const auto& one : all_of<CreateMachine>(scene.plan(seed)))
        ++zones[one.zone ? one.zone->text() : "none"];
    }
    return zones;
  }
  Scene scene;
};

TEST_F(FlavorChoiceTest, TheFirstFlavorThatFitsIsTaken) {
  EXPECT_EQ(chosen(), "small");
  scene.type().min_processors = 2;
  EXPECT_EQ(chosen(), "medium");
  scene.type().flavors = {FlavorName{"large"}, FlavorName{"medium"}};
  EXPECT_EQ(chosen(), "large");
  scene.type().max_processors = 4;
  EXPECT_EQ(chosen(), "medium");
}

TEST_F(FlavorChoiceTest, AFlavorThatTheCloudHasNotIsPassedOver) {
  scene.type().flavors = {FlavorName{"gone"}, FlavorName{"large"}};
  EXPECT_EQ(chosen(), "large");
}

TEST_F(FlavorChoiceTest, WithoutAFittingFlavorThePlanSaysSo) {
  scene.type().min_processors = 5;
  scene.type().max_processors = 7;
  const Plan plan = scene.plan();
  EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::no_flavor);
  EXPECT_EQ(plan.machinetypes[0].why,
            "the cloud has none of its flavors (small, medium, large) with 5 to 7 processors");
  scene.type().flavors.clear();
  EXPECT_EQ(scene.plan().machinetypes[0].why, "no flavor_names are configured for it");
}

TEST_F(FlavorChoiceTest, AFlavorWithoutProcessorsIsNoFlavor) {
  scene.fleet.flavors[0].processors = 0;
  scene.type().min_processors = 0;
  EXPECT_EQ(chosen(), "medium");
}

TEST_F(FlavorChoiceTest, AFlavorThatWaitsFallsThroughToTheNext) {
  fail_builds("small");
  EXPECT_EQ(chosen(), "medium");
  fail_builds("medium");
  fail_builds("large");
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan), 0);
  EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::build_failures);
}

TEST_F(FlavorChoiceTest, AFlavorThatIsOutOfRangeIsNoExcuseForAWait) {
  scene.type().max_processors = 1;
  fail_builds("small");
  EXPECT_EQ(scene.plan().machinetypes[0].wait, WaitReason::build_failures);
}

TEST_F(FlavorChoiceTest, WithoutZonesNoneIsNamed) {
  EXPECT_EQ(zones_drawn().count("none"), 1U);
}

TEST_F(FlavorChoiceTest, ZonesAreDrawnEvenly) {
  scene.settings.zones = {ZoneName{"north"}, ZoneName{"south"}};
  const auto zones = zones_drawn();
  EXPECT_EQ(zones.size(), 2U);
  EXPECT_GT(zones.at("north"), 60);
  EXPECT_GT(zones.at("south"), 60);
}

TEST_F(FlavorChoiceTest, AZoneWhereTheFlavorFailedIsLeftOut) {
  scene.settings.zones = {ZoneName{"north"}, ZoneName{"south"}};
  fail_builds("small", ZoneName{"north"});
  EXPECT_EQ(zones_drawn(), (std::map<std::string, int>{{"south", 200}}));
}

TEST_F(FlavorChoiceTest, AFaultOfQuotaClosesAllZonesForTheFlavor) {
  scene.settings.zones = {ZoneName{"north"}, ZoneName{"south"}};
  fail_builds("small", std::nullopt, FaultKind::quota);
  EXPECT_EQ(chosen(), "medium");
}

TEST_F(FlavorChoiceTest, TheWaitEndsWithTheFirstZoneThatMayBeTriedAgain) {
  scene.type().flavors = {FlavorName{"small"}};
  scene.settings.zones = {ZoneName{"north"}, ZoneName{"south"}};
  fail_builds("small", ZoneName{"north"});
  fail_builds("small", ZoneName{"south"});
  scene.fleet.build_failures[0].consecutive = 4;
  EXPECT_EQ(scene.plan().machinetypes[0].wait_until, scene.ago(10) + Seconds{60});
}

}  // namespace
}  // namespace vacuum
