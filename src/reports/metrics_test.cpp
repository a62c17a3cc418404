#include "reports/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vacuum {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

StatusDocument some_status() {
  StatusDocument status{.space = "a.org",
                        .manager = "host",
                        .version = "Vacuum 1",
                        .cycle_began = from_unix(1'800'000'000),
                        .next_cycle_after = Milliseconds{60'000}};
  status.planned = true;
  status.processors_in_space = 12;
  status.quota.processors_limit = 30;
  status.held_deletions = 3;
  status.faults = {{"vacmon m.example.org:8884", "cannot find its address", from_unix(1'800'000'100)}};
  MachinetypeStatus machinetype;
  machinetype.plan.name = MachinetypeName{"prod"};
  machinetype.plan.machines_by_state[static_cast<std::size_t>(MachineState::running)] = 6;
  machinetype.plan.wait = WaitReason::backing_off;
  machinetype.plan.wait_until = from_unix(1'800'000'400);
  machinetype.created = 10;
  machinetype.finished_abort = 2;
  status.machinetypes = {machinetype};
  status.totals.cycles_done = 7;
  status.totals.accounted = 5;
  status.totals.cycles.add(Milliseconds{50});
  status.totals.cycles.add(Milliseconds{2000});
  status.totals.cycles.add(Milliseconds{400'000});
  status.totals.cloud_requests["list"] = {.asked = 9, .failed = 1, .took = Milliseconds{800}};
  return status;
}

std::string text_of(const StatusDocument& status) {
  return metrics_text(std::span(&status, 1));
}

TEST(MetricsTest, MachinesAreToldByStateAndWaitsByReason) {
  const std::string text = text_of(some_status());
  EXPECT_THAT(text, HasSubstr("vacuum_machines{space=\"a.org\",machinetype=\"prod\",state=\"running\"} 6\n"));
  EXPECT_THAT(text, HasSubstr("vacuum_machines{space=\"a.org\",machinetype=\"prod\",state=\"failed\"} 0\n"));
  EXPECT_THAT(text,
              HasSubstr("vacuum_waiting{space=\"a.org\",machinetype=\"prod\",reason=\"backing_off\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("vacuum_machines_created_total{space=\"a.org\",machinetype=\"prod\"} 10\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE vacuum_machines_created_total counter\n"));
}

TEST(MetricsTest, FaultsBesideTheCyclesAreTold) {
  EXPECT_THAT(text_of(some_status()),
              HasSubstr("vacuum_fault{space=\"a.org\",source=\"vacmon m.example.org:8884\"} 1\n"));
}

TEST(MetricsTest, CyclesAreAHistogramWhoseClassesAddUp) {
  const std::string text = text_of(some_status());
  EXPECT_THAT(text, HasSubstr("# TYPE vacuum_cycle_seconds histogram\n"));
  EXPECT_THAT(text, HasSubstr("vacuum_cycle_seconds_bucket{space=\"a.org\",le=\"0.1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("vacuum_cycle_seconds_bucket{space=\"a.org\",le=\"5\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("vacuum_cycle_seconds_bucket{space=\"a.org\",le=\"300\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("vacuum_cycle_seconds_bucket{space=\"a.org\",le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("vacuum_cycle_seconds_count{space=\"a.org\"} 3\n"));
}

TEST(MetricsTest, RequestsToTheCloudAreToldByKind) {
  const std::string text = text_of(some_status());
  EXPECT_THAT(text, HasSubstr("vacuum_cloud_requests_total{space=\"a.org\",request=\"list\"} 9\n"));
  EXPECT_THAT(text, HasSubstr("vacuum_cloud_request_failures_total{space=\"a.org\",request=\"list\"} 1\n"));
}

TEST(MetricsTest, ACycleThatSawNothingTellsNoOldNumbersOfMachines) {
  StatusDocument status = some_status();
  status.planned = false;
  status.error = "the cloud does not answer";
  const std::string text = text_of(status);
  EXPECT_THAT(text, Not(HasSubstr("vacuum_machines{")));
  EXPECT_THAT(text, Not(HasSubstr("vacuum_space_processors")));
  EXPECT_THAT(text, HasSubstr("vacuum_cycle_failed{space=\"a.org\"} 1\n"));
}

TEST(MetricsTest, EachFamilyIsOnePieceWhateverTheNumberOfSpaces) {
  StatusDocument other = some_status();
  other.space = "b.org";
  const std::vector<StatusDocument> spaces{some_status(), other};
  const std::string text = metrics_text(spaces);
  EXPECT_EQ(text.find("# TYPE vacuum_machines gauge"), text.rfind("# TYPE vacuum_machines gauge"));
  EXPECT_THAT(text, HasSubstr("vacuum_held_deletions{space=\"b.org\"} 3\n"));
}

TEST(MetricsTest, LabelsCannotBreakOut) {
  StatusDocument status = some_status();
  status.faults[0].source = "a\"} 1\nforged{x=\"\\";
  EXPECT_THAT(text_of(status), HasSubstr("source=\"a\\\"} 1\\nforged{x=\\\"\\\\\"} 1\n"));
}

}  // namespace
}  // namespace vacuum
