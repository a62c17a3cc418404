#include "control/listing_schedule.hpp"

#include <gtest/gtest.h>

namespace vacuum {
namespace {

constexpr TimePoint kNow = from_unix(1'800'000'000);
constexpr Seconds kInterval{300};
constexpr ListingMark kMark{kNow};

TEST(ListingScheduleTest, BeginsWithAListingOfAll) {
  EXPECT_FALSE(ListingSchedule().next(Milliseconds{0}, kInterval));
}

TEST(ListingScheduleTest, ListsChangesWithAnOverlapUntilAllIsDueAgain) {
  ListingSchedule schedule;
  schedule.note({}, kMark, Milliseconds{1000});
  EXPECT_EQ(schedule.next(Milliseconds{300'999}, kInterval), ListingMark{kNow - kListingOverlap});
  EXPECT_FALSE(schedule.next(Milliseconds{301'000}, kInterval));
}

TEST(ListingScheduleTest, AListingOfChangesDoesNotPutOffTheNextOfAll) {
  ListingSchedule schedule;
  schedule.note({}, kMark, Milliseconds{0});
  schedule.note(kMark, ListingMark{kNow + Seconds{200}}, Milliseconds{200'000});
  EXPECT_EQ(schedule.next(Milliseconds{200'000}, kInterval),
            ListingMark{kNow + Seconds{200} - kListingOverlap});
  EXPECT_FALSE(schedule.next(Milliseconds{300'000}, kInterval));
}

TEST(ListingScheduleTest, ListsAllWhereTheCloudTellsNoTime) {
  ListingSchedule schedule;
  schedule.note({}, {}, Milliseconds{0});
  EXPECT_FALSE(schedule.next(Milliseconds{0}, kInterval));
}

TEST(ListingScheduleTest, ListsAllAfterADoubt) {
  ListingSchedule schedule;
  schedule.note({}, kMark, Milliseconds{0});
  schedule.doubt();
  EXPECT_FALSE(schedule.next(Milliseconds{0}, kInterval));
  schedule.note({}, kMark, Milliseconds{0});
  EXPECT_TRUE(schedule.next(Milliseconds{0}, kInterval));
}

TEST(ListingScheduleTest, ListsAllAfterTheClockOfTheCloudWentBack) {
  ListingSchedule schedule;
  schedule.note({}, kMark, Milliseconds{0});
  schedule.note(kMark, ListingMark{kNow - kListingOverlap}, Milliseconds{1000});
  EXPECT_FALSE(schedule.next(Milliseconds{1000}, kInterval));
}

TEST(ListingScheduleTest, AnIntervalOfNothingListsAllAlways) {
  ListingSchedule schedule;
  schedule.note({}, kMark, Milliseconds{0});
  EXPECT_FALSE(schedule.next(Milliseconds{0}, Seconds{0}));
}

}  // namespace
}  // namespace vacuum
