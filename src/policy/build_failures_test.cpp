#include "policy/build_failures.hpp"

#include <gtest/gtest.h>

#include "policy/testing/scene.hpp"

namespace vacuum {
namespace {

using testing::created;
using testing::Scene;

const FlavorName kSmall{"small"};
const std::optional<ZoneName> kNorth = ZoneName{"north"};
const std::optional<ZoneName> kSouth = ZoneName{"south"};
const Fault kNoHost{FaultKind::no_valid_host, "No valid host was found."};
const Fault kQuota{FaultKind::quota, "Quota exceeded for cores"};
constexpr TimePoint kNow = from_unix(1'800'000'000);

BuildAttempt failed(std::optional<ZoneName> zone, Fault fault = kNoHost,
                    TimePoint begun = kNow - Seconds{5}) {
  return {kSmall, std::move(zone), begun, std::move(fault)};
}
BuildAttempt built(std::optional<ZoneName> zone, TimePoint begun = kNow - Seconds{5}) {
  return {kSmall, std::move(zone), begun, std::nullopt};
}
BuildFailures run(std::optional<ZoneName> zone, int consecutive, TimePoint last, Fault fault = kNoHost) {
  return {kSmall, std::move(zone), consecutive, last, std::move(fault)};
}
std::vector<BuildFailures> after(std::vector<BuildFailures> known, std::vector<BuildAttempt> attempts) {
  return after_attempts(std::move(known), attempts, kNow);
}

TEST(BuildFailuresTest, ManyFailuresOfOneCycleAreOneRunOfOne) {
  EXPECT_EQ(after({}, {failed(kNorth), failed(kNorth), failed(kNorth)}), (std::vector{run(kNorth, 1, kNow)}));
}

TEST(BuildFailuresTest, AFailureBegunAfterTheLastLengthensTheRun) {
  EXPECT_EQ(after({run(kNorth, 2, kNow - Seconds{90})}, {failed(kNorth), failed(kNorth)}),
            (std::vector{run(kNorth, 3, kNow)}));
}

TEST(BuildFailuresTest, MachinesCreatedTogetherThatFailOneAfterTheOtherAreOneFailure) {
  const TimePoint before = kNow - Seconds{90};
  EXPECT_EQ(after({run(kNorth, 1, before)}, {failed(kNorth, kNoHost, before - Seconds{10})}),
            (std::vector{run(kNorth, 1, before)}));
}

TEST(BuildFailuresTest, ASuccessBegunAfterTheLastFailureEndsTheRun) {
  EXPECT_TRUE(after({run(kNorth, 5, kNow - Seconds{90})}, {built(kNorth)}).empty());
}

TEST(BuildFailuresTest, ASuccessOfThoseCreatedTogetherWithTheFailedTakesNothingBack) {
  const auto known = std::vector{run(kNorth, 5, kNow - Seconds{3})};
  EXPECT_EQ(after(known, {built(kNorth)}), known);
  EXPECT_EQ(after(known, {built(kNorth, kNow - Seconds{3})}), known);
}

TEST(BuildFailuresTest, ASuccessBesideNewFailuresLetsTheRunBeginAnew) {
  const auto expected = std::vector{run(kNorth, 1, kNow)};
  EXPECT_EQ(after({run(kNorth, 5, kNow - Seconds{90})}, {failed(kNorth), built(kNorth)}), expected);
  EXPECT_EQ(after({}, {built(kNorth), failed(kNorth)}), expected);
}

TEST(BuildFailuresTest, ASuccessElsewhereEndsNothing) {
  const auto known = std::vector{run(kNorth, 5, kNow - Seconds{90})};
  EXPECT_EQ(after(known, {built(kSouth)}), known);
  EXPECT_EQ(after(known, {built(std::nullopt)}), known);
}

TEST(BuildFailuresTest, FaultsOfQuotaHoldForAllZonesAndEndWithALaterSuccessInAny) {
  const auto known = after({}, {failed(kNorth, kQuota)});
  EXPECT_EQ(known, (std::vector{run(std::nullopt, 1, kNow, kQuota)}));
  EXPECT_TRUE(waiting_build(known, kSmall, kSouth, kNow));
  EXPECT_FALSE(waiting_build(known, FlavorName{"large"}, kSouth, kNow));
  EXPECT_EQ(after(known, {built(kSouth)}), known);
  EXPECT_TRUE(after({run(std::nullopt, 1, kNow - Seconds{90}, kQuota)}, {built(kSouth)}).empty());
}

TEST(BuildFailuresTest, OtherFaultsHoldForTheirZoneAlone) {
  const std::vector known{run(kNorth, 1, kNow), run(std::nullopt, 1, kNow)};
  EXPECT_EQ(waiting_build(known, kSmall, kNorth, kNow), &known[0]);
  EXPECT_EQ(waiting_build(known, kSmall, std::nullopt, kNow), &known[1]);
  EXPECT_EQ(waiting_build(known, kSmall, kSouth, kNow), nullptr);
}

TEST(BuildFailuresTest, OfSeveralWaitsTheLongestCounts) {
  const std::vector known{run(kNorth, 1, kNow), run(std::nullopt, 3, kNow, kQuota), run(kSouth, 9, kNow)};
  EXPECT_EQ(waiting_build(known, kSmall, kNorth, kNow), &known[1]);
  EXPECT_EQ(waiting_build(known, kSmall, kSouth, kNow), &known[2]);
}

TEST(BuildFailuresTest, TheWaitDoublesFromAMinuteToAnHour) {
  const auto wait = [](int consecutive) { return build_wait_end(run(kNorth, consecutive, kNow)) - kNow; };
  EXPECT_EQ(wait(1), Seconds{60});
  EXPECT_EQ(wait(2), Seconds{120});
  EXPECT_EQ(wait(6), Seconds{1920});
  EXPECT_EQ(wait(7), Seconds{3600});
  EXPECT_EQ(wait(2'000'000'000), Seconds{3600});
  EXPECT_EQ(wait(-3), Seconds{60});
}

TEST(BuildFailuresTest, TheWaitEndsAtItsEnd) {
  const std::vector known{run(kNorth, 1, kNow)};
  EXPECT_TRUE(waiting_build(known, kSmall, kNorth, kNow + Seconds{59}));
  EXPECT_FALSE(waiting_build(known, kSmall, kNorth, kNow + Seconds{60}));
}

TEST(BuildFailuresTest, ARunThatNobodyAddsToForADayIsForgotten) {
  EXPECT_EQ(after({run(kNorth, 3, kNow - Seconds{86400})}, {}).size(), 1U);
  EXPECT_TRUE(after({run(kNorth, 3, kNow - Seconds{86401})}, {}).empty());
}

Machine& add_failed_build(Scene& scene) {
  Machine& machine = scene.add(MachineState::failed);
  machine.started.reset();
  machine.created = scene.ago(30);
  machine.fault = kNoHost;
  return machine;
}

TEST(BuildFailuresTest, BuildsThatFailAreNotTriedAgainInTheSameCycle) {
  Scene scene;
  scene.type().flavors = {kSmall};
  add_failed_build(scene);
  const Plan plan = scene.plan();
  EXPECT_EQ(created(plan), 0);
  EXPECT_EQ(plan.machinetypes[0].wait, WaitReason::build_failures);
  EXPECT_EQ(plan.machinetypes[0].wait_until, scene.now + Seconds{60});
}

TEST(BuildFailuresTest, AFailedBuildIsCountedOnce) {
  Scene scene;
  add_failed_build(scene).stopped = scene.ago(10);
  EXPECT_TRUE(build_attempts(scene.fleet, scene.plan()).empty());
}

TEST(BuildFailuresTest, AMachineThatRanAndFailedLaterWasBuilt) {
  Scene scene;
  Machine& machine = add_failed_build(scene);
  machine.cloud_started = scene.ago(20);
  const auto attempts = build_attempts(scene.fleet, scene.plan());
  ASSERT_EQ(attempts.size(), 1U);
  EXPECT_FALSE(attempts[0].fault);
}

TEST(BuildFailuresTest, AMachineSeenStartedEndsTheWaitInThisVeryPlan) {
  Scene scene;
  scene.type().flavors = {kSmall};
  scene.fleet.build_failures = {{kSmall, std::nullopt, 3, scene.ago(30), kNoHost}};
  EXPECT_EQ(created(scene.plan()), 0);
  Machine& machine = scene.add(MachineState::running);
  machine.created = scene.ago(20);
  machine.started.reset();
  EXPECT_EQ(created(scene.plan()), 10);
}

TEST(BuildFailuresTest, AMachineThatDoesNotStartIsAFailedBuildOnce) {
  Scene scene;
  Machine& machine = scene.add(MachineState::starting);
  machine.created = scene.ago(3700);
  EXPECT_EQ(build_attempts(scene.fleet, scene.plan()).size(), 1U);
  machine.deleted = scene.ago(3650);
  EXPECT_TRUE(build_attempts(scene.fleet, scene.plan()).empty());
}

}  // namespace
}  // namespace vacuum
