#include "reports/apel_record.hpp"

#include <gtest/gtest.h>

#include <set>

#include <fmt/format.h>

namespace vacuum {
namespace {

JobRecord full_record() {
  return {.site = "EXAMPLE-SITE",
          .space = SpaceName{"vcycle01.example.org"},
          .manager = ManagerName{"manager.example.org"},
          .server_id = ServerId{"0b7c8f6e-1111-2222-3333-444455556666"},
          .machine = MachineName{"vcycle-prod-abcdefghij"},
          .machinetype = MachinetypeName{"prod"},
          .fqan = "/vo/Role=NULL/Capability=NULL",
          .started = from_unix(1'700'000'000),
          .stopped = from_unix(1'700'003'600),
          .processors = 8,
          .memory_mb = 16384,
          .hs06_per_processor = 10.25};
}

TEST(ApelRecordTest, ARecordHasEachKeyOfTheMessageInItsOrder) {
  EXPECT_EQ(job_record_text(full_record()),
            "APEL-individual-job-message: v0.3\n"
            "Site: EXAMPLE-SITE\n"
            "SubmitHost: vcycle01.example.org/vcycle-manager.example.org\n"
            "LocalJobId: 0b7c8f6e-1111-2222-3333-444455556666\n"
            "LocalUserId: vcycle-prod-abcdefghij\n"
            "Queue: prod\n"
            "GlobalUserName: /DC=org/DC=example/DC=vcycle01\n"
            "FQAN: /vo/Role=NULL/Capability=NULL\n"
            "WallDuration: 3600\n"
            "CpuDuration: 3600\n"
            "Processors: 8\n"
            "NodeCount: 1\n"
            "InfrastructureDescription: APEL-VCYCLE\n"
            "InfrastructureType: grid\n"
            "StartTime: 1700000000\n"
            "EndTime: 1700003600\n"
            "MemoryReal: 16777216\n"
            "MemoryVirtual: 16777216\n"
            "ServiceLevelType: HEPSPEC\n"
            "ServiceLevel: 10.25\n"
            "%%\n");
}

TEST(ApelRecordTest, WhatIsNotKnownIsLeftOutOrHasItsDefault) {
  JobRecord record = full_record();
  record.fqan.clear();
  record.memory_mb = 0;
  record.hs06_per_processor = 1.0;
  record.server_id = {};
  const std::string text = job_record_text(record);
  EXPECT_EQ(text.find("FQAN"), std::string::npos);
  EXPECT_EQ(text.find("Memory"), std::string::npos);
  EXPECT_NE(text.find("ServiceLevel: 1.0\n"), std::string::npos);
  EXPECT_NE(text.find("LocalJobId: vcycle-prod-abcdefghij\n"), std::string::npos);
}

TEST(ApelRecordTest, AValueCannotAddALineOfItsOwn) {
  JobRecord record = full_record();
  record.fqan = "/vo\nProcessors: 1000\n%%";
  const std::string text = job_record_text(record);
  EXPECT_EQ(text.find("\nProcessors: 1000"), std::string::npos);
  EXPECT_EQ(text.find("%%"), text.size() - 3);
}

TEST(ApelRecordTest, AMachineNeverRanForLessThanNoTime) {
  JobRecord record = full_record();
  record.stopped = record.started - Seconds{5};
  EXPECT_NE(job_record_text(record).find("WallDuration: 0\n"), std::string::npos);
}

TEST(ApelRecordTest, AKeyIsFourteenHexadecimalDigitsAndForEverTheSame) {
  const std::string key = job_record_key(SpaceName{"a.b"}, MachineName{"vcycle-prod-abcdefghij"});
  EXPECT_EQ(key, "6f2e5b454055db");  // a change would account machines twice after an upgrade
}

TEST(ApelRecordTest, MachinesAndSpacesHaveKeysOfTheirOwn) {
  std::set<std::string> keys;
  for (int i = 0; i < 10000; ++i) {
    keys.insert(job_record_key(SpaceName{"a.b"}, MachineName{fmt::format("vcycle-prod-{:010}", i)}));
    keys.insert(job_record_key(SpaceName{"a.c"}, MachineName{fmt::format("vcycle-prod-{:010}", i)}));
  }
  EXPECT_EQ(keys.size(), 20000u);
}

TEST(ApelRecordTest, TheDayIsOfUtc) {
  EXPECT_EQ(accounting_day(from_unix(1'703'980'799)), "20231230");
  EXPECT_EQ(accounting_day(from_unix(1'703'980'800)), "20231231");
}

}  // namespace
}  // namespace vacuum
