#include "base/time.hpp"

#include <gtest/gtest.h>

namespace vacuum {
namespace {

TEST(TimeTest, ReadsBothFormsThatNovaWrites) {
  EXPECT_EQ(parse_iso8601("2026-11-22T10:35:26Z"), from_unix(1795343726));
  EXPECT_EQ(parse_iso8601("2026-11-22T10:35:26.000000"), from_unix(1795343726));
}

TEST(TimeTest, RefusesWhatIsNoTime) {
  for (const char* text : {"", "2026-11-22", "2026-13-22T10:35:26Z", "2026-11-22T25:35:26Z",
                           "2026-11-22T10:35:26+01:00", "2026-11-22 10:35:26", "2026-02-30T00:00:00Z"}) {
    EXPECT_FALSE(parse_iso8601(text)) << text;
  }
}

TEST(TimeTest, FormattedTimeReadsBackAsItself) {
  const auto time = from_unix(1795343726);
  EXPECT_EQ(format_iso8601(time), "2026-11-22T10:35:26Z");
  EXPECT_EQ(parse_iso8601(format_iso8601(time)), time);
}

TEST(TimeTest, DurationsShowTheirTwoLargestUnits) {
  EXPECT_EQ(format_duration(Seconds{45}), "45 s");
  EXPECT_EQ(format_duration(Seconds{725}), "12 min 5 s");
  EXPECT_EQ(format_duration(Seconds{12000}), "3 h 20 min");
  EXPECT_EQ(format_duration(Seconds{187200}), "2 d 4 h");
  EXPECT_EQ(format_duration(Seconds{-5}), "-5 s");
}

}  // namespace
}  // namespace vacuum
