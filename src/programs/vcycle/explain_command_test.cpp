#include "programs/vcycle/explain_command.hpp"

#include <gtest/gtest.h>

#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"
#include "programs/vcycle/event_reader.hpp"
#include "reports/event_line.hpp"

namespace vacuum {
namespace {

const TimePoint kNow = from_unix(1'800'000'000);

TEST(ExplainCommandTest, SinceIsATimeOrALengthBeforeNow) {
  EXPECT_EQ(parse_since("90s", kNow), kNow - Seconds{90});
  EXPECT_EQ(parse_since("30min", kNow), kNow - Seconds{1800});
  EXPECT_EQ(parse_since("6h", kNow), kNow - Seconds{21600});
  EXPECT_EQ(parse_since("2d", kNow), kNow - Seconds{172800});
  EXPECT_EQ(parse_since("2027-01-15T07:00:00Z", kNow), kNow - Seconds{3600});
  for (const char* text : {"", "h", "6", "6 h", "-6h", "6hours", "99999999d", "yesterday"}) {
    EXPECT_FALSE(parse_since(text, kNow)) << text;
  }
}

TEST(ExplainCommandTest, EventsAreReadOverRotatedFilesPastTornLines) {
  const TemporaryDirectory directory;
  const std::string state = directory.string();
  const auto line = [](std::int64_t after, const std::string& machine) {
    return write_event({.time = kNow + Seconds{after}, .machine = MachineName{machine}, .reason = "words"});
  };
  write_file(state + "/events/events.jsonl.1", line(0, "a") + line(1, "b"));
  write_file(state + "/events/events.jsonl", "{\"torn a\n" + line(2, "a") + line(3, "a").substr(0, 20));
  const EventQuery of_a{
      .needle = "a", .wanted = [](const Event& event) { return event.machine.text() == "a"; }, .since = {}};
  const auto all = read_events(state, of_a);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].time, kNow);
  EXPECT_EQ(all[1].time, kNow + Seconds{2});
  EventQuery late = of_a;
  late.since = kNow + Seconds{1};
  EXPECT_EQ(read_events(state, late).size(), 1U);
  EXPECT_TRUE(read_events(state + "/nowhere", of_a).empty());
}

}  // namespace
}  // namespace vacuum
