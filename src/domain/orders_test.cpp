#include "domain/orders.hpp"

#include <gtest/gtest.h>

namespace vacuum {
namespace {

const MachinetypeName kProd{"prod"};

TEST(OrdersTest, AMachinetypesOwnDrainSpeaksBeforeTheSpaces) {
  Orders orders;
  EXPECT_EQ(drain_of(orders, kProd), nullptr);
  orders[OrderKey::drain_space()].reason = "whole";
  EXPECT_EQ(drain_of(orders, kProd)->reason, "whole");
  orders[OrderKey::drain(kProd)].reason = "own";
  EXPECT_EQ(drain_of(orders, kProd)->reason, "own");
  EXPECT_EQ(drain_of(orders, MachinetypeName{"user"})->reason, "whole");
}

TEST(OrdersTest, ASubjectThatIsNoNameMakesNoOrder) {
  EXPECT_TRUE(is_order_key(OrderKey::drain(kProd)));
  EXPECT_TRUE(is_order_key(OrderKey::remove(MachineName{"vcycle-prod-0123456789"})));
  EXPECT_FALSE(is_order_key(OrderKey::drain(MachinetypeName{"../x"})));
  EXPECT_FALSE(is_order_key(OrderKey::remove(MachineName{"foreign"})));
  EXPECT_FALSE(is_order_key({OrderKind::hold_deletions, "subject"}));
}

TEST(OrdersTest, AnOrderTellsSinceWhenByWhomAndWhy) {
  const TimePoint since = from_unix(1'800'000'000);
  EXPECT_EQ(describe({since, "ann", "new network"}),
            "since 2027-01-15T08:00:00Z, ordered by ann: new network");
  EXPECT_EQ(describe({since, "", ""}), "since 2027-01-15T08:00:00Z");
}

}  // namespace
}  // namespace vacuum
