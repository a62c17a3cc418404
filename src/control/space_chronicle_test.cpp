#include "control/space_chronicle.hpp"

#include <gtest/gtest.h>

#include "ports/testing/fake_sinks.hpp"

namespace vacuum {
namespace {

class SpaceChronicleTest : public ::testing::Test {
 protected:
  Plan plan_of(WaitReason wait, std::string why) {
    Plan plan;
    plan.machinetypes.push_back({.name = MachinetypeName{"prod"}, .wait = wait, .why = std::move(why)});
    return plan;
  }
  std::vector<std::string> told() {
    std::vector<std::string> lines;
    for (const Event& event : sink.events)
      lines.push_back(fmt::format("{}: {}", to_string(event.kind), event.reason));
    sink.events.clear();
    return lines;
  }

  TimePoint now = from_unix(1'800'000'000);
  FakeEventSink sink;
  SpaceChronicle chronicle{sink, SpaceName{"space"}};
};

using Lines = std::vector<std::string>;

TEST_F(SpaceChronicleTest, AWaitIsToldWhenItsReasonChangesAndNotWhenItsSentenceDoes) {
  chronicle.note_plan(plan_of(WaitReason::space_limit, "full, 10 in use"), now);
  EXPECT_EQ(told(), (Lines{"wait_changed: full, 10 in use"}));
  chronicle.note_plan(plan_of(WaitReason::space_limit, "full, 11 in use"), now);
  EXPECT_EQ(told(), Lines{});
  chronicle.note_plan(plan_of(WaitReason::no_share, "no share"), now);
  EXPECT_EQ(detail(sink.events.at(0), "before"), "space_limit");
  EXPECT_EQ(told(), (Lines{"wait_changed: no share"}));
}

TEST_F(SpaceChronicleTest, ANewAbortWhileItBacksOffIsTold) {
  Plan plan = plan_of(WaitReason::backing_off, "backing off");
  plan.machinetypes[0].last_abort = LastAbort{now, MachineName{"vcycle-a"}, "300 x"};
  chronicle.note_plan(plan, now);
  plan.machinetypes[0].last_abort->time += Seconds{5};
  chronicle.note_plan(plan, now);
  chronicle.note_plan(plan, now);
  EXPECT_EQ(told().size(), 2U);
}

TEST_F(SpaceChronicleTest, AnotherReasonToDrainIsTold) {
  chronicle.note_plan(plan_of(WaitReason::draining, "draining: network"), now);
  chronicle.note_plan(plan_of(WaitReason::draining, "draining: upgrade"), now);
  EXPECT_EQ(told(), (Lines{"wait_changed: draining: network", "wait_changed: draining: upgrade"}));
}

TEST_F(SpaceChronicleTest, AStepOfTheRampIsToldWithItsReasonAndAConfirmationIsNot) {
  const Ramp before{100'000, now, std::nullopt, "words"};
  chronicle.note_ramp(before, {200'000, now, std::nullopt, "doubled: vcycle-a has run for 5 min"}, now);
  EXPECT_EQ(told(),
            (Lines{"ramp_changed: one cycle may create 20 % of the limit, not 10 %; doubled: vcycle-a "
                   "has run for 5 min"}));
  chronicle.note_ramp(before, {100'000, now + Seconds{9}, std::nullopt, "confirmed: words"}, now);
  EXPECT_EQ(told(), Lines{});
}

TEST_F(SpaceChronicleTest, OrdersAreToldWhenTheyComeAndGoButNotAtTheStart) {
  Orders orders{{OrderKey::drain_space(), {now, "ann", "network"}}};
  chronicle.note_orders(orders, now);
  EXPECT_EQ(told(), Lines{}) << "it was told when it was given";
  orders[OrderKey::remove(MachineName{"vcycle-prod-0123456789"})] = {now, "", ""};
  orders.erase(OrderKey::drain_space());
  chronicle.note_orders(orders, now);
  EXPECT_EQ(sink.events.at(0).machine, MachineName{"vcycle-prod-0123456789"});
  EXPECT_EQ(sink.events.at(0).machinetype, MachinetypeName{"prod"});
  EXPECT_EQ(told(), (Lines{"order_given: delete vcycle-prod-0123456789, since 2027-01-15T08:00:00Z",
                           "order_withdrawn: drain the space: no more"}));
}

TEST_F(SpaceChronicleTest, AFailureIsToldOnceOrAgainMuchLaterAndItsEndWithItsLength) {
  chronicle.note_end("", now);
  for (int i = 0; i < 3; ++i) chronicle.note_end("no answer", now + Seconds{60 * i});
  chronicle.note_end("no answer to request 2", now + Seconds{180});
  chronicle.note_end("refused", now + Seconds{600});
  chronicle.note_end("", now + Seconds{660});
  chronicle.note_end("", now + Seconds{720});
  EXPECT_EQ(
      told(),
      (Lines{"cycle_failed: no answer", "cycle_failed: refused",
             "cycle_recovered: the first good cycle after 5 that failed, 11 min after the first of them"}));
}

TEST_F(SpaceChronicleTest, HeldDeletionsAreToldWhenTheyBeginAndEnd) {
  Plan plan;
  chronicle.note_plan(plan, now);
  plan.held_deletions.resize(2);
  plan.held_because = "no_delete";
  chronicle.note_plan(plan, now);
  chronicle.note_plan(plan, now);
  chronicle.note_plan({}, now);
  EXPECT_EQ(told(), (Lines{"deletions_held: no_delete", "deletions_released: no deletion is held any more"}));
}

}  // namespace
}  // namespace vacuum
