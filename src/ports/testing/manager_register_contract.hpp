#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ports/manager_register.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {

/// What every ManagerRegister must do. A register's test gives a Driver with: `ManagerRegister& managers()`;
/// `ManagerRegister& of_another_host()`, of the same managers; `boost::asio::io_context loop`.
template <class Driver>
class ManagerRegisterContract : public testing::Test {
 protected:
  template <class T>
  T get(Async<T> call) {
    return run(driver.loop, std::move(call));
  }
  ManagerRegister& managers() { return driver.managers(); }
  ManagerRegister& others() { return driver.of_another_host(); }

  RegisterView seen_by(ManagerRegister& managers) {
    auto view = get(managers.read());
    EXPECT_TRUE(view.ok()) << view.error().message;
    if (!view) return {};
    std::ranges::sort(view->leases, {}, &Lease::incarnation);
    std::ranges::sort(view->successions, {}, &Succession::ended);
    return *view;
  }

  static Lease lease(const std::string& incarnation = "a.example.org~0123456789") {
    Lease made;
    made.incarnation = IncarnationId{incarnation};
    made.sequence = 17;
    made.duration = Milliseconds{15'000};
    made.started = from_unix(1'800'000'000);
    made.renewed = from_unix(1'800'000'042);
    made.version = "Vacuum 1.0";
    made.host = "a.example.org";
    made.boot_id = "5c8b3a52-93d4-4dc5-8f0e-1c2d3e4f5a6b";
    made.state_directory = "/var/lib/vcycle";
    made.process = 4711;
    made.machines = {{SpaceName{"one.example.org"}, 1200}, {SpaceName{"two.example.org"}, 0}};
    return made;
  }
  static Succession succession(const std::string& by = "b.example.org~bbbbbbbbbb") {
    return {.ended = IncarnationId{"a.example.org~0123456789"},
            .heirs = {IncarnationId{"b.example.org~bbbbbbbbbb"}, IncarnationId{"c.example.org~cccccccccc"}},
            .by = IncarnationId{by},
            .reason = "silent for 11.2 s \"quoted\"",
            .time = from_unix(1'800'000'100)};
  }
  template <class T>
  static std::optional<StoreDecision> decision(const StoreResult<T>& result) {
    return result.ok() ? std::nullopt : std::optional(result.error().decision);
  }

  Driver driver;
};

TYPED_TEST_SUITE_P(ManagerRegisterContract);

TYPED_TEST_P(ManagerRegisterContract, AtFirstThereIsNobody) {
  const RegisterView view = this->seen_by(this->managers());
  EXPECT_TRUE(view.leases.empty() && view.successions.empty() && view.unreadable.empty());
}

TYPED_TEST_P(ManagerRegisterContract, ALeaseIsSeenByAllWithAllThatItTells) {
  ASSERT_TRUE(this->get(this->managers().renew(this->lease())).ok());
  for (ManagerRegister* managers : {&this->managers(), &this->others()}) {
    const RegisterView view = this->seen_by(*managers);
    ASSERT_EQ(view.leases.size(), 1u);
    EXPECT_EQ(view.leases[0], this->lease());
  }
}

TYPED_TEST_P(ManagerRegisterContract, ARenewalIsSeenAtOnceHoweverManyThereAre) {
  Lease lease = this->lease();
  Lease other = this->lease("b.example.org~bbbbbbbbbb");
  for (int renewal = 0; renewal < 50; ++renewal) {
    ++lease.sequence;
    other.sequence += 2;
    ASSERT_TRUE(this->get(this->managers().renew(lease)).ok());
    ASSERT_TRUE(this->get(this->others().renew(other)).ok());
    for (ManagerRegister* managers : {&this->managers(), &this->others()}) {
      const RegisterView view = this->seen_by(*managers);
      ASSERT_EQ(view.leases, (std::vector<Lease>{lease, other}));
    }
  }
}

TYPED_TEST_P(ManagerRegisterContract, WhoLeavesSaysSo) {
  Lease lease = this->lease();
  lease.state = LeaseState::left;
  ASSERT_TRUE(this->get(this->managers().renew(lease)).ok());
  EXPECT_EQ(this->seen_by(this->others()).leases.at(0).state, LeaseState::left);
}

TYPED_TEST_P(ManagerRegisterContract, AnIncarnationEndsOnceAndTheFirstWhoEndsItWins) {
  const Succession first = this->succession();
  const Succession second = this->succession("c.example.org~cccccccccc");
  ASSERT_TRUE(this->get(this->managers().end(first)).ok());
  EXPECT_EQ(this->decision(this->get(this->others().end(second))), StoreDecision::exists);
  EXPECT_EQ(this->decision(this->get(this->managers().end(first))), StoreDecision::exists);
  for (ManagerRegister* managers : {&this->managers(), &this->others()}) {
    EXPECT_EQ(this->seen_by(*managers).successions, std::vector<Succession>{first});
  }
}

TYPED_TEST_P(ManagerRegisterContract, WhoHasNoLeaseCanBeEnded) {
  Succession succession = this->succession();
  succession.ended = IncarnationId{"old.example.org~"};
  ASSERT_TRUE(this->get(this->managers().end(succession)).ok());
  EXPECT_EQ(this->seen_by(this->others()).successions, std::vector<Succession>{succession});
}

TYPED_TEST_P(ManagerRegisterContract, ALeaseThatIsRenewedAfterItsEndDoesNotUndoTheEnd) {
  ASSERT_TRUE(this->get(this->others().end(this->succession())).ok());
  ASSERT_TRUE(this->get(this->managers().renew(this->lease())).ok());
  const RegisterView view = this->seen_by(this->managers());
  EXPECT_EQ(view.leases.size(), 1u);
  EXPECT_EQ(view.successions.size(), 1u);
}

TYPED_TEST_P(ManagerRegisterContract, WhoIsRetiredIsGoneAndAgainIsFine) {
  ASSERT_TRUE(this->get(this->managers().renew(this->lease())).ok());
  ASSERT_TRUE(this->get(this->managers().renew(this->lease("b.example.org~bbbbbbbbbb"))).ok());
  ASSERT_TRUE(this->get(this->others().end(this->succession())).ok());
  for (int time = 0; time < 2; ++time) {
    ASSERT_TRUE(this->get(this->others().retire(this->lease().incarnation)).ok());
    const RegisterView view = this->seen_by(this->managers());
    ASSERT_EQ(view.leases.size(), 1u);
    EXPECT_EQ(view.leases[0].incarnation, IncarnationId{"b.example.org~bbbbbbbbbb"});
    EXPECT_TRUE(view.successions.empty());
  }
}

REGISTER_TYPED_TEST_SUITE_P(ManagerRegisterContract, AtFirstThereIsNobody,
                            ALeaseIsSeenByAllWithAllThatItTells, ARenewalIsSeenAtOnceHoweverManyThereAre,
                            WhoLeavesSaysSo, AnIncarnationEndsOnceAndTheFirstWhoEndsItWins,
                            WhoHasNoLeaseCanBeEnded, ALeaseThatIsRenewedAfterItsEndDoesNotUndoTheEnd,
                            WhoIsRetiredIsGoneAndAgainIsFine);

}  // namespace vacuum
