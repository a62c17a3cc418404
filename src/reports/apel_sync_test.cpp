#include "reports/apel_sync.hpp"

#include <gtest/gtest.h>

#include "reports/apel_record.hpp"

namespace vacuum {
namespace {

const SendingSpaces kSpaces{{SpaceName{"a.org"}, "SITE-A"}, {SpaceName{"b.org"}, "SITE-B"}};
constexpr Month kNovember = std::chrono::year{2026} / 11;

TimePoint day(unsigned of_november) {
  return std::chrono::sys_days{kNovember / static_cast<int>(of_november)};
}

ArchivedJob job(const std::string& site, const std::string& space, TimePoint ended) {
  return {site, space + "/vcycle-host", ended};
}

TEST(ApelSyncTest, ASyncMessageHasEachKeyInItsOrder) {
  EXPECT_EQ(sync_text({"SITE-A", "a.org/vcycle-host", kNovember, 12}),
            "APEL-sync-message: v0.1\nSite: SITE-A\nSubmitHost: a.org/vcycle-host\nNumberOfJobs: 12\n"
            "Month: 11\nYear: 2026\n%%\n");
}

TEST(ApelSyncTest, ARecordAsItIsWrittenIsReadBack) {
  JobRecord record{.site = "SITE-A", .space = SpaceName{"a.org"}, .manager = ManagerName{"host"}};
  record.started = day(3);
  record.stopped = day(4);
  const auto read = read_job_record(job_record_text(record));
  ASSERT_TRUE(read.ok()) << read.error();
  EXPECT_EQ(read->site, "SITE-A");
  EXPECT_EQ(read->submit_host, "a.org/vcycle-host");
  EXPECT_EQ(read->ended, day(4));
}

TEST(ApelSyncTest, AFileThatIsNoWholeRecordIsToldInWords) {
  EXPECT_EQ(read_job_record("APEL-sync-message: v0.1\n%%\n").error(), "is no job record");
  EXPECT_EQ(read_job_record("APEL-individual-job-message: v0.3\nSubmitHost: h\n%%\n").error(), "has no Site");
  EXPECT_EQ(
      read_job_record("APEL-individual-job-message: v0.3\nSite: s\nSubmitHost: h\nEndTime: 5\n").error(),
      "has no end");
  EXPECT_EQ(
      read_job_record("APEL-individual-job-message: v0.3\nSite: s\nSubmitHost: h\nEndTime: x\n%%\n").error(),
      "has no EndTime");
}

TEST(ApelSyncTest, EachSubmitHostHasAMessageOfItsOwn) {
  const std::vector<ArchivedJob> jobs{job("SITE-A", "a.org", day(2)), job("SITE-B", "b.org", day(9)),
                                      job("SITE-A", "a.org", day(30))};
  const SyncCount count = count_jobs(jobs, kNovember, kSpaces);
  ASSERT_EQ(count.messages.size(), 2u);
  EXPECT_EQ(count.messages[0].submit_host, "a.org/vcycle-host");
  EXPECT_EQ(count.messages[0].jobs, 2);
  EXPECT_EQ(count.messages[1].jobs, 1);
  EXPECT_EQ(count.not_sent, 0);
}

TEST(ApelSyncTest, TheEndOfAMachineDecidesItsMonth) {
  const TimePoint december = std::chrono::sys_days{std::chrono::year{2026} / 12 / 1};
  const std::vector<ArchivedJob> jobs{job("SITE-A", "a.org", december - Seconds{1}),
                                      job("SITE-A", "a.org", december), job("SITE-A", "a.org", day(1)),
                                      job("SITE-A", "a.org", day(1) - Seconds{1})};
  EXPECT_EQ(count_jobs(jobs, kNovember, kSpaces).messages.at(0).jobs, 2);
}

TEST(ApelSyncTest, WhatWasNeverSentIsNotCounted) {
  const std::vector<ArchivedJob> jobs{job("org", "a.org", day(2)), job("SITE-C", "c.org", day(3)),
                                      job("SITE-A", "a.org", day(4))};
  const SyncCount count = count_jobs(jobs, kNovember, kSpaces);
  EXPECT_EQ(count.messages.size(), 1u);
  EXPECT_EQ(count.messages.at(0).jobs, 1);
  EXPECT_EQ(count.not_sent, 2);
}

TEST(ApelSyncTest, AMonthIsReadInBothForms) {
  EXPECT_EQ(parse_month("2026-11"), kNovember);
  EXPECT_EQ(parse_month("202611"), kNovember);
  for (const char* text :
       {"2026-13", "2026-00", "2026-1", "26-11", "2026/11", "", "2026-1x", "0001-01", "+026-11"})
    EXPECT_FALSE(parse_month(text)) << text;
  EXPECT_EQ(to_string(kNovember), "2026-11");
}

TEST(ApelSyncTest, TheSameMessageHasTheSameFileAndAnotherCountAnotherOne) {
  const SyncMessage message{"SITE-A", "a.org/vcycle-host", kNovember, 12};
  SyncMessage more = message;
  more.jobs = 13;
  EXPECT_EQ(sync_key(message), sync_key(message));
  EXPECT_NE(sync_key(message), sync_key(more));
  EXPECT_EQ(sync_key(message).size(), 14u);
}

}  // namespace
}  // namespace vacuum
