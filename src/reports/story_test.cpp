#include "reports/story.hpp"

#include <gtest/gtest.h>

namespace vacuum {
namespace {

const TimePoint kStart = from_unix(1'800'000'000);  // 2027-01-15T08:00:00Z

Event at(std::int64_t seconds, EventKind kind, std::string reason, std::vector<EventDetail> details = {}) {
  return {.time = kStart + Seconds{seconds},
          .kind = kind,
          .space = SpaceName{"space"},
          .machinetype = MachinetypeName{"prod"},
          .machine = MachineName{"vcycle-prod-a"},
          .reason = std::move(reason),
          .details = std::move(details)};
}

Event of_type(std::int64_t seconds, EventKind kind, std::string reason,
              std::vector<EventDetail> details = {}) {
  Event event = at(seconds, kind, std::move(reason), std::move(details));
  event.machine = MachineName{};
  return event;
}

TEST(StoryTest, ALifeIsToldFromItsCreationToItsAccounting) {
  const std::vector<Event> events{
      at(0, EventKind::created, "lowest weighted count: 3", {{"flavor", "m1"}, {"processors", "1"}}),
      at(5, EventKind::started, "runs since 2027-01-15T08:00:05Z, 5 s after its creation"),
      at(60, EventKind::stopped, "300 No more work", {{"verdict", "abort"}}),
      at(60, EventKind::deleted, "over", {{"delete_reason", "over"}}),
      at(65, EventKind::gone, "deleted; not in 2 listings"),
      at(65, EventKind::accounted, "55 s")};
  EXPECT_EQ(story_text(machine_story(events)),
            "2027-01-15T08:00:00Z  created with flavor m1 (1 processor): lowest weighted count: 3\n"
            "2027-01-15T08:00:05Z  runs since 2027-01-15T08:00:05Z, 5 s after its creation\n"
            "2027-01-15T08:01:00Z  ended with 300 No more work: an abort, its machinetype backs off\n"
            "2027-01-15T08:01:00Z  deleted: it had stopped\n"
            "2027-01-15T08:01:05Z  gone from the cloud: deleted; not in 2 listings\n"
            "2027-01-15T08:01:05Z  accounted: 55 s\n");
}

TEST(StoryTest, WhatBefellMachinesBetweenTwoWaitsIsAddedUp) {
  const std::vector<Event> events{
      at(0, EventKind::created, "x"),
      at(1, EventKind::created, "x"),
      at(10, EventKind::stopped, "300 No work", {{"verdict", "abort"}}),
      of_type(11, EventKind::wait_changed, "backing off 10 min more", {{"wait", "backing_off"}}),
      at(20, EventKind::stopped, "200 Done", {{"verdict", "success"}}),
      of_type(700, EventKind::wait_changed, "nothing holds back more", {{"wait", "none"}})};
  EXPECT_EQ(story_text(pool_story(events)),
            "2027-01-15T08:00:00Z to 08:00:10Z  2 created, 1 ended (0 successes, 1 abort); the last abort: "
            "vcycle-prod-a with 300 No work\n"
            "2027-01-15T08:00:11Z  prod: no more of it: backing off 10 min more\n"
            "2027-01-15T08:00:20Z  1 ended (1 success, 0 aborts)\n"
            "2027-01-15T08:11:40Z  prod: nothing holds back more\n");
}

TEST(StoryTest, ASumIsNoLongerThanAnHour) {
  const std::vector<Event> events{at(0, EventKind::created, "x"), at(3600, EventKind::created, "x"),
                                  at(3601, EventKind::created, "x")};
  EXPECT_EQ(pool_story(events).size(), 2U);
}

TEST(StoryTest, AnOrderToDeleteAMachineIsALineOfItsOwn) {
  const std::vector<Event> events{at(0, EventKind::created, "x"),
                                  at(1, EventKind::order_given, "delete vcycle-prod-a, since now")};
  EXPECT_EQ(pool_story(events).at(1).text, "an operator's order: delete vcycle-prod-a, since now");
}

TEST(StoryTest, EveryKindHasWords) {
  for (int i = 0; i < kEventKindCount; ++i) {
    EXPECT_NE(event_words(at(0, static_cast<EventKind>(i), "reason")), "") << i;
  }
}

TEST(StoryTest, NoEventsAreNoStory) {
  EXPECT_EQ(story_text(pool_story({})), "");
}

}  // namespace
}  // namespace vacuum
