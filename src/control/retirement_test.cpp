#include "control/retirement.hpp"

#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "ports/testing/fake_clock.hpp"
#include "ports/testing/fake_log.hpp"
#include "ports/testing/memory_manager_register.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

const IncarnationId kMe{"me~0123456789"};
const IncarnationId kOther{"other~0123456789"};
const IncarnationId kOld{"old~0123456789"};
const IncarnationId kOlder{"older~0123456789"};

/// The makers of the records that there are, by name of the record.
struct FakeCensus final : MakerCensus {
  std::map<std::string, IncarnationId> records;
  std::optional<StoreError> error;
  int asked = 0;

  Async<StoreResult<std::set<IncarnationId>>> makers() override {
    ++asked;
    if (error) co_return Failure{*error};
    std::set<IncarnationId> all;
    for (const auto& [name, maker] : records) all.insert(maker);
    co_return all;
  }
};

struct FakePlace final : Standings, Fence {
  std::vector<IncarnationId> live{kMe};
  bool open = true;

  [[nodiscard]] bool is_open() const override { return open; }
  [[nodiscard]] std::shared_ptr<const Standing> standing() const override {
    if (!open) return nullptr;
    return std::make_shared<const Standing>(Standing{kMe, Roster(live, {}), nullptr});
  }
  [[nodiscard]] std::string why_none() const override { return "closed"; }
  void note_machines(const SpaceName&, int) override {}
  void note_owner(const IncarnationId&) override {}
};

class RetirementTest : public testing::Test {
 protected:
  void end(const IncarnationId& who, std::vector<IncarnationId> heirs) {
    managers_.leases.emplace(who, Lease{.incarnation = who});
    managers_.successions.emplace(
        who, Succession{.ended = who, .heirs = std::move(heirs), .by = kMe, .time = clock_.now()});
  }
  void look() { run(loop_, retirement_.step()); }
  void look_after(Milliseconds time) {
    clock_.advance(time);
    look();
  }
  /// Seen for so long that it may go.
  void look_until_old() {
    look();
    look_after(Milliseconds(kEndedShown));
  }
  [[nodiscard]] bool is_there(const IncarnationId& who) const {
    EXPECT_EQ(managers_.leases.contains(who), managers_.successions.contains(who));
    return managers_.successions.contains(who);
  }

  boost::asio::io_context loop_;
  MemoryManagerRegister managers_;
  FakeCensus census_;
  FakePlace place_;
  FakeClock clock_;
  FakeLog log_;
  Retirement retirement_{managers_, census_, place_, place_, clock_, log_};
};

TEST_F(RetirementTest, WhoEndedLongAgoAndMadeNoRecordThatIsLeftIsForgotten) {
  managers_.leases.emplace(kMe, Lease{.incarnation = kMe});
  end(kOld, {kMe});
  look_until_old();
  EXPECT_FALSE(is_there(kOld));
  EXPECT_TRUE(managers_.leases.contains(kMe)) << "who lives stays";
  EXPECT_TRUE(log_.says("1 incarnation of managers that ended long ago"));
}

TEST_F(RetirementTest, WhoMadeARecordStaysAsLongAsThatOne) {
  end(kOld, {kMe});
  census_.records = {{"vcycle-prod-1", kOld}};
  look_until_old();
  EXPECT_TRUE(is_there(kOld));
  census_.records.clear();
  look();
  EXPECT_FALSE(is_there(kOld));
}

TEST_F(RetirementTest, WhoStandsOnTheWayFromAMakerToTheOwnerStays) {
  end(kOlder, {kOld, kOther});
  end(kOld, {kMe});
  census_.records = {{"vcycle-prod-1", kOlder}};
  look_until_old();
  EXPECT_TRUE(is_there(kOlder));
  EXPECT_TRUE(is_there(kOld));
}

TEST_F(RetirementTest, TheWayThatNobodyGoesAnyMoreIsForgottenBehindTheLastRecord) {
  end(kOlder, {kOld});
  end(kOld, {kMe});
  census_.records = {{"vcycle-prod-1", kOld}};
  look_until_old();
  EXPECT_FALSE(is_there(kOlder));
  EXPECT_TRUE(is_there(kOld));
}

TEST_F(RetirementTest, ItStaysADayForPeople) {
  end(kOld, {kMe});
  look();
  look_after(Milliseconds(kEndedShown) - Milliseconds{1000});
  EXPECT_TRUE(is_there(kOld));
  EXPECT_EQ(census_.asked, 0) << "no record is read where nothing may go";
  look_after(Milliseconds{1000});
  EXPECT_FALSE(is_there(kOld));
}

TEST_F(RetirementTest, AClockThatIsAheadDoesNotMakeAnEndOld) {
  end(kOld, {kMe});
  managers_.successions[kOld].time = clock_.now() - 30 * kEndedShown;
  look();
  look_after(kEndedKept - Milliseconds{1000});
  EXPECT_TRUE(is_there(kOld));
  look_after(Milliseconds{1000});
  EXPECT_FALSE(is_there(kOld));
}

TEST_F(RetirementTest, WhoEndsAnewAfterItWasForgottenIsOldOnlyMuchLater) {
  end(kOld, {kMe});
  look_until_old();
  ASSERT_FALSE(is_there(kOld));
  end(kOld, {kMe});
  managers_.successions[kOld].time = clock_.now() - 30 * kEndedShown;
  look();
  EXPECT_TRUE(is_there(kOld));
}

TEST_F(RetirementTest, OneOfAllManagersDoesIt) {
  int did = 0;
  for (int others = 0; others < 40; ++others) {
    end(kOld, {kMe});
    place_.live = {kMe, IncarnationId{"other" + std::to_string(others) + "~0123456789"}};
    look_until_old();
    did += is_there(kOld) ? 0 : 1;
  }
  EXPECT_GT(did, 0);
  EXPECT_LT(did, 40);
}

TEST_F(RetirementTest, WhoGetsTheDutyNeedNotWaitAnew) {
  end(kOld, {kMe});
  place_.live = {kOther};
  look_until_old();
  EXPECT_TRUE(is_there(kOld));
  place_.live = {kMe};
  look();
  EXPECT_FALSE(is_there(kOld));
}

TEST_F(RetirementTest, BehindAClosedFenceNothingIsRemoved) {
  end(kOld, {kMe});
  place_.open = false;
  look_until_old();
  EXPECT_TRUE(is_there(kOld));
}

TEST_F(RetirementTest, WhereARecordCannotBeReadAllStaysAndThatIsSaidOnce) {
  end(kOld, {kMe});
  census_.error = StoreError{StoreDecision::retry, "cannot read shared/spaces/s/current: Input/output error"};
  look_until_old();
  look();
  EXPECT_TRUE(is_there(kOld));
  EXPECT_TRUE(log_.says("Input/output error"));
  EXPECT_EQ(log_.count(LogLevel::warning), 1U);
  census_.error.reset();
  look();
  EXPECT_FALSE(is_there(kOld));
}

TEST_F(RetirementTest, WhereTheRegisterCannotBeReadAllStays) {
  end(kOld, {kMe});
  look();
  clock_.advance(Milliseconds(kEndedShown));
  managers_.fail_all(StoreError{StoreDecision::retry, "hangs"});
  look();
  managers_.fail_all({});
  EXPECT_TRUE(is_there(kOld));
}

/// Managers live, make records, and end in any order, with any heirs; whatever is removed in between, all
/// records keep the owners that they would have had.
RC_GTEST_FIXTURE_PROP(RetirementTest, NoOwnerChangesByIt, ()) {
  std::vector<IncarnationId> lives{kMe};
  std::vector<Succession> all;
  std::set<IncarnationId> ended;
  const int steps = *rc::gen::inRange(5, 60);
  for (int step = 0; step < steps; ++step) {
    const auto one = lives[*rc::gen::inRange<std::size_t>(0, lives.size())];
    switch (*rc::gen::inRange(0, 4)) {
      case 0:
        lives.emplace_back("m~" + std::to_string(step));
        break;
      case 1:
        if (!ended.contains(one)) census_.records.emplace("vcycle-prod-" + std::to_string(step), one);
        break;
      case 2:
        if (!census_.records.empty()) census_.records.erase(census_.records.begin());
        break;
      default: {
        if (one == kMe || ended.contains(one)) break;
        const auto other = lives[*rc::gen::inRange<std::size_t>(0, lives.size())];
        ended.insert(one);
        end(one, ended.contains(other) ? std::vector{kMe} : std::vector{kMe, other});
        all.push_back(managers_.successions.at(one));
      }
    }
    look_after(Milliseconds(kEndedShown) * *rc::gen::inRange(0, 3));
    std::vector<Succession> left;
    for (const auto& [who, succession] : managers_.successions) left.push_back(succession);
    for (const auto& [name, maker] : census_.records) {
      const MachineName machine{name};
      RC_ASSERT(Roster({kMe}, left).owner_of(maker, machine) == Roster({kMe}, all).owner_of(maker, machine));
    }
  }
}

}  // namespace
}  // namespace vacuum
