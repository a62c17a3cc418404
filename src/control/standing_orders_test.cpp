#include "control/standing_orders.hpp"

#include <gtest/gtest.h>

namespace vacuum {
namespace {

const MachineName kThere{"vcycle-prod-0000000001"};
const MachineName kGone{"vcycle-prod-0000000002"};
const Order kOrder{from_unix(1'800'000'000), "ann", "why"};

class StandingOrdersTest : public ::testing::Test {
 protected:
  StandingOrdersTest() {
    settings.machinetypes.resize(2);
    settings.machinetypes[0].name = MachinetypeName{"prod"};
    settings.machinetypes[1].name = MachinetypeName{"user"};
    fleet.machines.resize(1);
    fleet.machines[0].name = kThere;
  }

  SpaceSettings settings;
  Fleet fleet;
};

TEST_F(StandingOrdersTest, OrdersReachTheMachineAndTheSpaceTheySpeakOf) {
  take_orders({{OrderKey::remove(kThere), kOrder}, {OrderKey::hold_deletions(), kOrder}}, fleet);
  EXPECT_EQ(fleet.machines[0].deletion_order, kOrder);
  EXPECT_EQ(fleet.deletions_held, kOrder);
}

TEST_F(StandingOrdersTest, ADrainedMachinetypeIsHeldAndTheOthersAreNot) {
  Holds holds(2);
  hold_drained({{OrderKey::drain(MachinetypeName{"user"}), kOrder}}, settings, holds);
  const auto held = holds.take();
  EXPECT_FALSE(held[0]);
  ASSERT_TRUE(held[1]);
  EXPECT_EQ(held[1]->wait, WaitReason::draining);
  EXPECT_EQ(held[1]->why, "draining since 2027-01-15T08:00:00Z, ordered by ann: why");
}

TEST_F(StandingOrdersTest, ADrainedSpaceHoldsAllItsMachinetypes) {
  Holds holds(2);
  hold_drained({{OrderKey::drain_space(), kOrder}}, settings, holds);
  const auto held = holds.take();
  EXPECT_TRUE(held[0] && held[1]);
}

TEST_F(StandingOrdersTest, AnOrderToDeleteIsCarriedOutWhenTheMachineIsNowhere) {
  const Orders orders{{OrderKey::remove(kThere), kOrder},
                      {OrderKey::remove(kGone), kOrder},
                      {OrderKey::drain_space(), kOrder}};
  EXPECT_EQ(carried_out(orders, fleet), (std::vector<OrderKey>{OrderKey::remove(kGone)}));
}

}  // namespace
}  // namespace vacuum
