#include "base/rendezvous.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/strong_id.hpp"

namespace vacuum {
namespace {

using Name = StrongId<struct NameTag>;

const std::vector<Name> kThree{Name{"a"}, Name{"b"}, Name{"c"}};

TEST(RendezvousTest, HashesAreTheSameEverywhere) {
  EXPECT_EQ(stable_hash("a", "b"), 16949517343777446270U);
  EXPECT_NE(stable_hash("ab", "c"), stable_hash("a", "bc"));
}

TEST(RendezvousTest, KeysAreSpreadOverTheCandidates) {
  std::vector<int> chosen(3);
  for (int i = 0; i < 3000; ++i) ++chosen[choose_for(kThree, "vcycle-prod-" + std::to_string(i))];
  for (const int count : chosen) {
    EXPECT_GT(count, 900);
    EXPECT_LT(count, 1100);
  }
}

TEST(RendezvousTest, OneCandidateLessMovesOnlyItsOwnKeys) {
  const std::vector<Name> two{Name{"a"}, Name{"c"}};
  for (int i = 0; i < 300; ++i) {
    const std::string key = std::to_string(i);
    const Name before = kThree[choose_for(kThree, key)];
    if (before == Name{"b"}) continue;
    EXPECT_EQ(two[choose_for(two, key)], before);
  }
}

TEST(RendezvousTest, TheOrderOfTheCandidatesDoesNotMatter) {
  const std::vector<Name> turned{Name{"c"}, Name{"b"}, Name{"a"}};
  for (int i = 0; i < 300; ++i) {
    const std::string key = std::to_string(i);
    EXPECT_EQ(kThree[choose_for(kThree, key)], turned[choose_for(turned, key)]);
  }
}

}  // namespace
}  // namespace vacuum
