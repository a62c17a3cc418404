#include "sim/fuzz/fuzz_run.hpp"

#include <algorithm>

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

/// A bug that needs a rare moment is found within so many seeds.
constexpr std::uint64_t kSeedsTried = 40;

struct PlantedBug {
  const char* name;
  std::uint64_t seed;     ///< the first to try: it showed the bug when this was written
  std::string_view rule;  ///< that it breaks
};

class PlantedBugTest : public testing::TestWithParam<PlantedBug> {};

TEST_P(PlantedBugTest, IsFound) {
  const auto canary = parse_canary(GetParam().name);
  ASSERT_TRUE(canary);
  const std::uint64_t first = GetParam().seed;
  std::uint64_t seed = first;
  while (seed < first + kSeedsTried && !finds(*canary, seed, GetParam().rule)) ++seed;
  EXPECT_LT(seed, first + kSeedsTried) << "no seed shows it";
}

INSTANTIATE_TEST_SUITE_P(
    Fuzz, PlantedBugTest,
    testing::Values(PlantedBug{"forgets-intents", 3, "limit"},          // I1
                    PlantedBug{"skips-turns", 12, "limit"},             // I1
                    PlantedBug{"unfenced", 41, "two managers"},         // I2
                    PlantedBug{"accounts-again", 2, "accounting"},      // I3
                    PlantedBug{"judges-again", 2, "judged twice"},      // I3
                    PlantedBug{"never-takes-over", 2, "no manager"},    // I4
                    PlantedBug{"unfenced", 133, "acts without lease"},  // I5
                    PlantedBug{"forgets-to-archive", 2, "leak"}, PlantedBug{"forgets-to-delete", 2, "leak"},
                    PlantedBug{"believes-short-lists", 2, "limit"}, PlantedBug{"loses-heartbeats", 2, "harm"},
                    PlantedBug{"ignores-shares", 2, "starvation"}, PlantedBug{"equal-shares", 2, "shares"}),
    [](const auto& bug) {
      std::string name = fmt::format("{} {}", bug.param.name, bug.param.rule);
      std::erase_if(name, [](char c) { return c == '-' || c == ' '; });
      return name;
    });

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
