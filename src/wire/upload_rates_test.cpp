#include "wire/upload_rates.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace vacuum::wire {
namespace {

TEST(UploadRatesTest, AMinutesWorthMayComeAtOnceAndNoMore) {
  UploadRates rates(3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(rates.take("a", Milliseconds{0}));
  EXPECT_FALSE(rates.take("a", Milliseconds{0}));
  EXPECT_TRUE(rates.take("b", Milliseconds{0}));
}

TEST(UploadRatesTest, OneComesBackAfterItsPartOfTheMinute) {
  UploadRates rates(3);
  for (int i = 0; i < 4; ++i) (void)rates.take("a", Milliseconds{0});
  EXPECT_FALSE(rates.take("a", Milliseconds{19'000}));
  EXPECT_TRUE(rates.take("a", Milliseconds{21'000}));
  EXPECT_FALSE(rates.take("a", Milliseconds{22'000}));
  EXPECT_EQ(rates.seconds_for_one(), 20);
}

TEST(UploadRatesTest, NobodySavesUpMoreThanAMinute) {
  UploadRates rates(2);
  EXPECT_TRUE(rates.take("a", Milliseconds{0}));
  const Milliseconds late{3'600'000};
  EXPECT_TRUE(rates.take("a", late));
  EXPECT_TRUE(rates.take("a", late));
  EXPECT_FALSE(rates.take("a", late));
}

TEST(UploadRatesTest, MachinesThatAreQuietAreForgotten) {
  UploadRates rates(60);
  for (int i = 0; i < 100'000; ++i) (void)rates.take(fmt::format("m{}", i), Milliseconds{i * 10});
  EXPECT_LT(rates.remembered(), 40'000u);
}

}  // namespace
}  // namespace vacuum::wire
