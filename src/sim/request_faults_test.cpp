#include "sim/request_faults.hpp"

#include <gtest/gtest.h>

namespace vacuum::sim {
namespace {

RequestFaults with(RequestFault fault) {
  return RequestFaults({{std::move(fault)}, {}}, 1);
}

TEST(RequestFaultsTest, StrikesTheMethodAndPathThatItNames) {
  RequestFaults faults = with({.method = "POST", .path = "/compute/v2.1/servers"});
  EXPECT_TRUE(faults.judge("POST", "/compute/v2.1/servers").fault);
  EXPECT_FALSE(faults.judge("GET", "/compute/v2.1/servers").fault);
  EXPECT_FALSE(faults.judge("POST", "/compute/v2.1/servers/1/action").fault);
  EXPECT_EQ(faults.struck(), 1u);
}

TEST(RequestFaultsTest, TakesAStarForTheRestOfAPath) {
  RequestFaults faults = with({.path = "/compute/*"});
  EXPECT_TRUE(faults.judge("GET", "/compute/v2.1/limits").fault);
  EXPECT_FALSE(faults.judge("GET", "/identity/v3").fault);
}

TEST(RequestFaultsTest, EndsAfterTheNextSoMany) {
  RequestFaults faults = with({.next = 2});
  EXPECT_TRUE(faults.judge("GET", "/a").fault);
  EXPECT_TRUE(faults.judge("GET", "/a").fault);
  EXPECT_FALSE(faults.judge("GET", "/a").fault);
}

TEST(RequestFaultsTest, StrikesAboutAsOftenAsItsRate) {
  RequestFaults faults = with({.rate = 0.2});
  int struck = 0;
  for (int i = 0; i < 10'000; ++i) struck += faults.judge("GET", "/a").fault ? 1 : 0;
  EXPECT_NEAR(struck, 2000, 150);
}

TEST(RequestFaultsTest, DrawsDelaysFromTheirRange) {
  RequestFaults faults({{}, {0.010, 0.050}}, 1);
  Milliseconds least{1000}, most{0};
  for (int i = 0; i < 1000; ++i) {
    const Milliseconds delay = faults.judge("GET", "/a").delay;
    least = std::min(least, delay);
    most = std::max(most, delay);
  }
  EXPECT_GE(least, Milliseconds{10});
  EXPECT_LE(most, Milliseconds{50});
  EXPECT_GT(most - least, Milliseconds{30});
}

}  // namespace
}  // namespace vacuum::sim
