#include "sim/fuzz/fuzz_run.hpp"

#include <gtest/gtest.h>

namespace vacuum::sim {
namespace {

std::string words(const FuzzOutcome& outcome) {
  std::string text = fmt::format("seed {}\n", outcome.seed);
  for (const auto& violation : outcome.violations)
    text +=
        fmt::format("{} {}: {}\n", format_iso8601(in_seconds(violation.at)), violation.rule, violation.what);
  return text;
}

/// Whether this seed shows a violation of this rule.
bool finds(Canary canary, std::uint64_t seed, std::string_view rule) {
  for (const Violation& violation : run_fuzz(seed, {.canary = canary}).violations)
    if (violation.rule == rule) return true;
  return false;
}

TEST(FuzzTest, NothingThatMustNotBeHappensWhateverGoesWrong) {
  for (const std::uint64_t seed : {2, 3}) {
    const FuzzOutcome outcome = run_fuzz(seed, {});
    EXPECT_TRUE(outcome.violations.empty()) << words(outcome);
    EXPECT_GT(outcome.created, 0u);
  }
}

TEST(FuzzTest, TheSameSeedIsTheSameRun) {
  const FuzzOutcome once = run_fuzz(2, {});
  const FuzzOutcome again = run_fuzz(2, {});
  EXPECT_EQ(once.created, again.created);
  EXPECT_EQ(once.digest, again.digest);
  EXPECT_EQ(once.deeds, again.deeds);
}

TEST(FuzzTest, ADoubledAccountIsFound) {
  EXPECT_TRUE(finds(Canary::accounts_again, 3, "accounting"));
}

TEST(FuzzTest, ARecordThatStaysIsFound) {
  EXPECT_TRUE(finds(Canary::forgets_to_archive, 3, "leak"));
}

TEST(FuzzTest, AMachinetypeThatGetsNothingIsFound) {
  EXPECT_TRUE(finds(Canary::ignores_shares, 2, "starvation"));
}

TEST(FuzzTest, AManagerThatActsWithoutALeaseIsFound) {
  EXPECT_TRUE(finds(Canary::unfenced, 5, "two managers"));
}

TEST(FairProcessorsTest, WhatALimitKeepsFromOneGoesToTheOthers) {
  SpaceSettings settings;
  settings.machinetypes.resize(3);
  for (int i = 0; i < 3; ++i) {
    settings.machinetypes[static_cast<std::size_t>(i)].name =
        MachinetypeName(std::string(1, static_cast<char>('a' + i)));
    settings.machinetypes[static_cast<std::size_t>(i)].target_share = i == 0 ? 2 : 1;
  }
  settings.machinetypes[0].processors_limit = 10;
  const auto fair = fair_processors(settings, 40);
  EXPECT_DOUBLE_EQ(fair.at("a"), 10);
  EXPECT_DOUBLE_EQ(fair.at("b"), 15);
  EXPECT_DOUBLE_EQ(fair.at("c"), 15);
}

}  // namespace
}  // namespace vacuum::sim
