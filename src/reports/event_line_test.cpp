#include "reports/event_line.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <fstream>
#include <sstream>

namespace vacuum {
namespace {

Event example() {
  return {.time = from_unix(1'800'000'000),
          .kind = EventKind::stopped,
          .space = SpaceName{"cloud.example.org"},
          .machinetype = MachinetypeName{"prod"},
          .machine = MachineName{"vcycle-prod-0123456789"},
          .reason = "300 No more \"work\"\n",
          .details = {{"verdict", "abort"}, {"code", "300"}}};
}

TEST(EventLineTest, AnEventIsOneLineWithStableMembers) {
  EXPECT_EQ(write_event(example()),
            R"({"time":"2027-01-15T08:00:00Z","kind":"stopped","space":"cloud.example.org",)"
            R"("machinetype":"prod","machine":"vcycle-prod-0123456789","reason":"300 No more \"work\"\n",)"
            R"("details":{"verdict":"abort","code":"300"}})"
            "\n");
}

TEST(EventLineTest, WhatDoesNotApplyIsLeftOut) {
  EXPECT_EQ(write_event({.time = from_unix(1'800'000'000), .kind = EventKind::events_lost}),
            "{\"time\":\"2027-01-15T08:00:00Z\",\"kind\":\"events_lost\"}\n");
}

TEST(EventLineTest, EveryKindIsReadBackAsItWasWritten) {
  for (int i = 0; i < kEventKindCount; ++i) {
    Event event = example();
    event.kind = static_cast<EventKind>(i);
    const auto read = read_event(write_event(event));
    ASSERT_TRUE(read.ok()) << read.error();
    EXPECT_EQ(*read, event);
  }
}

TEST(EventLineTest, ATornLineIsAnErrorAndNoEvent) {
  const std::string line = write_event(example());
  for (std::size_t length = 0; length + 2 < line.size(); ++length) {
    EXPECT_FALSE(read_event(line.substr(0, length)).ok()) << length;
  }
}

TEST(EventLineTest, LinesOfALaterVersionAreToldFromBrokenOnes) {
  const auto later = read_event(R"({"time":"2027-01-15T08:00:00Z","kind":"transmuted"})");
  ASSERT_FALSE(later.ok());
  EXPECT_EQ(later.error(), "kind 'transmuted' is not known to this version");
}

TEST(EventLineTest, AnyBytesOfAStrangerAreOneReadableLine) {
  EXPECT_TRUE(rc::check([](const std::string& bytes) {
    Event event = example();
    event.reason = bytes + "\xff\n\"";
    event.details[0].value = bytes;
    const std::string line = write_event(event);
    RC_ASSERT(line.find('\n') == line.size() - 1);
    RC_ASSERT(read_event(line).ok());
  }));
}

TEST(EventLineTest, AnyBytesAreSurvivedByTheReader) {
  EXPECT_TRUE(rc::check([](const std::string& bytes) {
    std::string line = write_event(example());
    const auto at = static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(line.size())));
    line.replace(at, std::min<std::size_t>(bytes.size(), line.size() - at), bytes);
    const auto read = read_event(line);
    const bool is_told = read.ok() || !read.error().empty();
    RC_ASSERT(is_told);
  }));
}

}  // namespace
}  // namespace vacuum
