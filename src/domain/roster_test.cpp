#include "domain/roster.hpp"

#include <string>

#include <gtest/gtest.h>

namespace vacuum {
namespace {

const IncarnationId kA{"a~1"};
const IncarnationId kB{"b~1"};
const IncarnationId kC{"c~1"};
const IncarnationId kA2{"a~2"};

MachineName machine(int number) {
  return MachineName{"vcycle-prod-" + std::to_string(number)};
}
Succession ended(const IncarnationId& who, std::vector<IncarnationId> heirs) {
  return {.ended = who, .heirs = std::move(heirs), .by = kB, .reason = "its lease ended"};
}

TEST(RosterTest, AMachineBelongsToItsMakerWhileThatHasNotEnded) {
  EXPECT_EQ(Roster({kB}, {}).owner_of(kA, machine(1)), kA);
}

TEST(RosterTest, TheHeirsShareTheMachinesOfTheEnded) {
  const Roster roster({kB, kC}, {ended(kA, {kB, kC})});
  std::map<IncarnationId, int> counts;
  for (int i = 0; i < 1000; ++i) ++counts[roster.owner_of(kA, machine(i))];
  EXPECT_EQ(counts.size(), 2U);
  EXPECT_GT(counts[kB], 400);
  EXPECT_GT(counts[kC], 400);
}

TEST(RosterTest, MachinesGoFromHeirToHeir) {
  const Roster roster({kA2, kC}, {ended(kA, {kB}), ended(kB, {kA2})});
  EXPECT_EQ(roster.owner_of(kA, machine(1)), kA2);
  EXPECT_EQ(roster.owner_of(kB, machine(1)), kA2);
  EXPECT_EQ(roster.owner_of(kC, machine(1)), kC);
}

TEST(RosterTest, AllWhoKnowTheSameAgreeInWhateverOrderTheyLearntIt) {
  const Roster one({kB, kC}, {ended(kA, {kB, kC})});
  const Roster other({kC, kB}, {ended(kA, {kC, kB})});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(one.owner_of(kA, machine(i)), other.owner_of(kA, machine(i)));
  EXPECT_EQ(one.doer_of("images/s1"), other.doer_of("images/s1"));
}

TEST(RosterTest, TwoThatEndedAtTheSameTimeAndAreEachOthersHeirsLoseNoMachine) {
  const IncarnationId d{"d~1"};
  const Roster roster({kC, d}, {ended(kA, {kB, kC}), ended(kB, {kA, d})});
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(roster.owner_of(kA, machine(i)), kC);
    EXPECT_EQ(roster.owner_of(kB, machine(i)), d);
  }
}

TEST(RosterTest, AnOwnerChangesOnlyWhenItEnds) {
  std::vector<Succession> known{ended(kA, {kB, kC})};
  for (int i = 0; i < 100; ++i) {
    const IncarnationId before = Roster({kA2, kC}, known).owner_of(kA, machine(i));
    auto more = known;
    more.push_back(ended(kB, {kA2, kC}));
    if (before == kB) continue;
    EXPECT_EQ(Roster({kA2, kC}, more).owner_of(kA, machine(i)), kC) << i;
  }
}

TEST(RosterTest, AllThatLeadsFromAMakerToItsOwnersIsNeeded) {
  const IncarnationId d{"d~1"};
  const Roster roster({kC}, {ended(kA, {kB, kC}), ended(kB, {kA2}), ended(kA2, {kC}), ended(d, {kC})});
  EXPECT_EQ(roster.led_through({kA, kC}), (std::set<IncarnationId>{kA, kB, kA2}));
  EXPECT_EQ(roster.led_through({kB}), (std::set<IncarnationId>{kB, kA2}));
  EXPECT_EQ(roster.led_through({kC}), std::set<IncarnationId>{});
  EXPECT_EQ(roster.led_through({}), std::set<IncarnationId>{});
}

TEST(RosterTest, WhatNobodysWayLeadsThroughChangesNoOwner) {
  const std::vector<Succession> known{ended(kA, {kB, kC}), ended(kB, {kA, kA2})};
  auto more = known;
  more.push_back(ended(IncarnationId{"d~1"}, {kA, kB}));
  const auto needed = Roster({kC}, more).led_through({kA});
  EXPECT_EQ(needed, (std::set<IncarnationId>{kA, kB}));
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(Roster({kC}, known).owner_of(kA, machine(i)), Roster({kC}, more).owner_of(kA, machine(i)));
}

TEST(RosterTest, AMadeUpCircleIsCut) {
  const Roster roster({kC}, {ended(kA, {kB}), ended(kB, {kA})});
  EXPECT_EQ(roster.owner_of(kA, machine(1)), kA);
}

TEST(RosterTest, ASuccessionWithoutHeirsIsNone) {
  EXPECT_FALSE(Roster({kB}, {ended(kA, {})}).has_ended(kA));
}

}  // namespace
}  // namespace vacuum
