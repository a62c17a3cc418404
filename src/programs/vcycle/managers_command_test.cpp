#include "programs/vcycle/managers_command.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "base/testing/temporary_directory.hpp"

namespace vacuum {
namespace {

constexpr TimePoint kNow = from_unix(1'800'000'000);

Lease lease(const std::string& incarnation, Seconds renewed_ago) {
  Lease made;
  made.incarnation = IncarnationId{incarnation};
  made.duration = Milliseconds{15'000};
  made.started = kNow - Seconds{86400};
  made.renewed = kNow - renewed_ago;
  made.version = "Vacuum 1.0";
  made.host = manager_of(made.incarnation).text();
  made.process = 4711;
  return made;
}

RegisterView three_managers() {
  RegisterView view;
  view.leases = {lease("c.example.org~cccccccccc", Seconds{3}), lease("a.example.org~aaaaaaaaaa", Seconds{2}),
                 lease("b.example.org~bbbbbbbbbb", Seconds{40}),
                 lease("d.example.org~dddddddddd", Seconds{60})};
  view.leases[0].machines = {{SpaceName{"one.example.org"}, 700}, {SpaceName{"two.example.org"}, 5}};
  view.leases[1].machines = {{SpaceName{"one.example.org"}, 650}};
  view.leases[1].duration = Milliseconds{7500};
  view.leases[2].machines = {{SpaceName{"one.example.org"}, 300}};
  view.leases[3].state = LeaseState::left;
  view.successions = {
      {.ended = IncarnationId{"old.example.org~"},
       .heirs = {IncarnationId{"a.example.org~aaaaaaaaaa"}},
       .by = IncarnationId{"a.example.org~aaaaaaaaaa"},
       .reason = "it keeps no lease",
       .time = kNow - Seconds{7200}},
      {.ended = IncarnationId{"b.example.org~bbbbbbbbbb"},
       .heirs = {IncarnationId{"a.example.org~aaaaaaaaaa"}, IncarnationId{"c.example.org~cccccccccc"}},
       .by = IncarnationId{"c.example.org~cccccccccc"},
       .reason = "silent for 11 s",
       .time = kNow - Seconds{28}}};
  return view;
}

TEST(ManagersCommandTest, ShowsWhoManagesWhatAndWhoTookOver) {
  std::ostringstream out;
  EXPECT_EQ(report_managers(three_managers(), kNow, Format::table, out), 0);
  EXPECT_EQ(out.str(),
            R"(MANAGER                   STATE   MACHINES  RENEWED    LEASE  HOST           VERSION
a.example.org~aaaaaaaaaa  active       650  2 s ago    7.5 s  a.example.org  Vacuum 1.0
b.example.org~bbbbbbbbbb  ended        300  40 s ago    15 s  b.example.org  Vacuum 1.0
c.example.org~cccccccccc  active       705  3 s ago     15 s  c.example.org  Vacuum 1.0
d.example.org~dddddddddd  left           0  1 min ago   15 s  d.example.org  Vacuum 1.0

SPACE            MANAGER                   MACHINES
one.example.org  a.example.org~aaaaaaaaaa       650
one.example.org  c.example.org~cccccccccc       700
two.example.org  c.example.org~cccccccccc         5

ENDED                     WHEN      BY                        HEIRS                                              REASON
b.example.org~bbbbbbbbbb  28 s ago  c.example.org~cccccccccc  a.example.org~aaaaaaaaaa c.example.org~cccccccccc  silent for 11 s
old.example.org~          2 h ago   a.example.org~aaaaaaaaaa  a.example.org~aaaaaaaaaa                           it keeps no lease
)");
}

TEST(ManagersCommandTest, AManagerThatNobodyEndedYetIsSilent) {
  RegisterView view = three_managers();
  view.successions.clear();
  std::ostringstream out;
  EXPECT_EQ(report_managers(view, kNow, Format::table, out), 0);
  EXPECT_THAT(out.str(), testing::HasSubstr("b.example.org~bbbbbbbbbb  silent "));
  EXPECT_THAT(out.str(), testing::Not(testing::HasSubstr("ENDED")));
}

TEST(ManagersCommandTest, FilesThatCannotBeReadEndInStatusOne) {
  RegisterView view = three_managers();
  view.unreadable = {"/s/managers/x~aaaaaaaaaa: it is no JSON object"};
  std::ostringstream out;
  EXPECT_EQ(report_managers(view, kNow, Format::table, out), 1);
  EXPECT_THAT(out.str(), testing::HasSubstr("unreadable: /s/managers/x~aaaaaaaaaa: it is no JSON object\n"));
}

TEST(ManagersCommandTest, JsonTellsTheSame) {
  RegisterView view = three_managers();
  view.unreadable = {"torn"};
  std::ostringstream out;
  EXPECT_EQ(report_managers(view, kNow, Format::json, out), 1);
  const auto document = boost::json::parse(out.str()).as_object();
  const auto& managers = document.at("managers").as_array();
  ASSERT_EQ(managers.size(), 4u);
  EXPECT_EQ(boost::json::serialize(managers[1]),
            R"({"incarnation":"b.example.org~bbbbbbbbbb","manager":"b.example.org","state":"ended",)"
            R"("host":"b.example.org","pid":4711,"version":"Vacuum 1.0","protocol":1,"protocol_min":1,)"
            R"("started":"2027-01-14T08:00:00Z","renewed":"2027-01-15T07:59:20Z","renewed_seconds_ago":40,)"
            R"("lease_ms":15000,"spaces":{"one.example.org":300}})");
  EXPECT_EQ(
      boost::json::serialize(document.at("takeovers").as_array().at(0)),
      R"({"ended":"b.example.org~bbbbbbbbbb","time":"2027-01-15T07:59:32Z","by":"c.example.org~cccccccccc",)"
      R"("heirs":["a.example.org~aaaaaaaaaa","c.example.org~cccccccccc"],"reason":"silent for 11 s"})");
  EXPECT_EQ(boost::json::serialize(document.at("unreadable")), R"(["torn"])");
}

class ManagersOnDiskTest : public testing::Test {
 protected:
  ManagersOnDiskTest() { places.state_directory = state.string(); }

  int managers() {
    out.str("");
    errors.str("");
    return run_managers(places, Format::table, out, errors);
  }

  TemporaryDirectory state;
  DiskPlaces places;
  std::ostringstream out;
  std::ostringstream errors;
};

TEST_F(ManagersOnDiskTest, WithoutManagersOrASharedDirectoryTheReasonIsTold) {
  EXPECT_EQ(managers(), 1);
  EXPECT_THAT(errors.str(), testing::HasSubstr(state.string() + "/shared"));
  std::filesystem::create_directories(state / "shared");
  EXPECT_EQ(managers(), 1);
  EXPECT_THAT(errors.str(), testing::HasSubstr("does vcycled run?"));
  EXPECT_TRUE(std::filesystem::is_empty(state / "shared")) << "looking makes nothing";
}

TEST_F(ManagersOnDiskTest, WhatIsThereIsShown) {
  std::filesystem::create_directories(state / "shared/managers");
  std::ofstream(state / "shared/managers/a.example.org~aaaaaaaaaa")
      << R"({"incarnation":"a.example.org~aaaaaaaaaa","state":"left","protocol":1,"protocol_min":1,"sequence":4,)"
         R"("lease_ms":15000})";
  EXPECT_EQ(managers(), 0);
  EXPECT_THAT(out.str(), testing::HasSubstr("a.example.org~aaaaaaaaaa  left "));
  EXPECT_EQ(errors.str(), "");
}

}  // namespace
}  // namespace vacuum
