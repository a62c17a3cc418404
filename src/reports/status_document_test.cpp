#include "reports/status_document.hpp"

#include <gtest/gtest.h>

namespace vacuum {
namespace {

StatusDocument full_status() {
  StatusDocument status{.space = "s",
                        .manager = "host",
                        .version = "Vacuum 1",
                        .cycle_began = from_unix(1800000000),
                        .cycle_took = Milliseconds{120},
                        .next_cycle_after = Milliseconds{60000}};
  status.error = "listing failed";
  status.problems = {"a:1: warning"};
  status.notes = {"stuck"};
  status.planned = true;
  status.processors_in_space = 12;
  status.processors_limit = 20;
  status.quota = {.processors_limit = 30, .processors_used = 12, .machines_used = 6};
  status.held_deletions = 3;
  status.held_because = "no_delete";
  status.faults = {{"vacmon m.example.com:8884", "the name has no address", from_unix(1800000100)}};
  status.orders[OrderKey::drain(MachinetypeName{"prod"})] = {from_unix(1800000050), "ann", "new \"network\""};
  status.orders[OrderKey::hold_deletions()] = {from_unix(1800000060), "", ""};
  status.ramp = Ramp{200'000, from_unix(1800000020), from_unix(1800000010), "halved: words"};
  MachinetypeStatus machinetype;
  machinetype.plan.name = MachinetypeName{"prod"};
  machinetype.plan.target_share = 0.5;
  machinetype.plan.machines_by_state[static_cast<std::size_t>(MachineState::running)] = 6;
  machinetype.plan.wait = WaitReason::backing_off;
  machinetype.plan.wait_until = from_unix(1800000400);
  machinetype.plan.last_abort =
      LastAbort{from_unix(1800000000), MachineName{"vcycle-prod-a"}, "300 No \"work\""};
  machinetype.plan.why = "backing off";
  machinetype.plan.told_to_end = 4;
  machinetype.finished_abort = 2;
  status.machinetypes = {machinetype};
  status.totals.cycles_done = 7;
  status.totals.cycles.add(Milliseconds{1500});
  status.totals.cloud_requests["list"] = {.asked = 9, .failed = 1, .took = Milliseconds{800}};
  return status;
}

TEST(StatusDocumentTest, WhatIsWrittenIsReadBack) {
  const std::string text = write_status(full_status());
  const auto read = read_status(text);
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(write_status(*read), text);
  EXPECT_EQ(read->machinetypes[0].plan.last_abort->message, "300 No \"work\"");
  EXPECT_EQ(read->machinetypes[0].plan.wait, WaitReason::backing_off);
  EXPECT_EQ(read->quota.processors_limit, 30);
  EXPECT_FALSE(read->quota.machines_limit);
  EXPECT_EQ(read->orders, full_status().orders);
  EXPECT_EQ(read->ramp, full_status().ramp);
  EXPECT_EQ(read->totals, full_status().totals);
  ASSERT_EQ(read->faults.size(), 1u);
  EXPECT_EQ(read->faults[0].sentence, "the name has no address");
}

TEST(StatusDocumentTest, MembersOfALaterVersionAreIgnored) {
  const auto read = read_status(R"({"format": 1, "space": "s", "more": [1]})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->space, "s");
}

TEST(StatusDocumentTest, ATornOrForeignFileIsAnErrorInWords) {
  for (const char* text : {"", "{", "[]", "{\"format\": 2}", "{\"format\": 1, \"space\": 3}",
                           "{\"format\": 1, \"machinetypes\": [1]}", "{\"format\": 1, \"notes\": [1]}",
                           "{\"format\": 1, \"orders\": [1]}"}) {
    const auto read = read_status(text);
    ASSERT_FALSE(read) << text;
    EXPECT_FALSE(read.error().empty());
  }
}

TEST(StatusDocumentTest, NumbersThatCannotBeMeantAreErrors) {
  for (const char* text :
       {R"({"format": 1, "machinetypes": [{"weighted_count": 1e999}]})",
        R"({"format": 1, "machinetypes": [{"target_share": -8.01e308}]})",
        R"({"format": 1, "machinetypes": [{"processors": 4294967298}]})",
        R"({"format": 1, "cycle_took_ms": 9223372036854775807})",
        R"({"format": 1, "cycle_took_ms": -9223372036854775808})",
        R"({"format": 1, "totals": {"cycles_done": -1}})",
        R"({"format": 1, "totals": {"cloud_requests": {"list": {"asked": 9223372036854775807}}}})",
        R"({"format": 1, "cycle_began": 9223372036854775807})"}) {
    const auto read = read_status(text);
    ASSERT_FALSE(read) << text;
    EXPECT_NE(read.error().find("' is not "), std::string::npos) << read.error();
  }
}

}  // namespace
}  // namespace vacuum
