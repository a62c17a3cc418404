#include "sim/name_pattern.hpp"

#include <gtest/gtest.h>

namespace vacuum::sim {
namespace {

bool matches(std::string_view pattern, std::string_view name) {
  const auto parsed = NamePattern::parse(pattern);
  EXPECT_TRUE(parsed) << pattern;
  return parsed && parsed->matches(name);
}

TEST(NamePatternTest, FindsALiteralAnywhereUnlessItIsAnchored) {
  EXPECT_TRUE(matches("cycle", "vcycle-a"));
  EXPECT_FALSE(matches("^cycle", "vcycle-a"));
  EXPECT_TRUE(matches("^vcycle", "vcycle-a"));
  EXPECT_TRUE(matches("-a$", "vcycle-a"));
  EXPECT_FALSE(matches("-a$", "vcycle-ab"));
  EXPECT_TRUE(matches("^vcycle-a$", "vcycle-a"));
  EXPECT_FALSE(matches("^vcycle-a$", "vcycle-a2"));
  EXPECT_TRUE(matches("", "anything"));
}

TEST(NamePatternTest, ReadsDotsRepetitionsAndEscapes) {
  EXPECT_TRUE(matches("^v.*-a$", "vcycle-b-a"));
  EXPECT_TRUE(matches("^vx*c", "vcycle"));
  EXPECT_FALSE(matches("^vx+c", "vcycle"));
  EXPECT_TRUE(matches("^vx+c", "vxxcycle"));
  EXPECT_TRUE(matches("a\\.b", "a.b"));
  EXPECT_FALSE(matches("a\\.b", "axb"));
  EXPECT_TRUE(matches("^a\\-b$", "a-b"));
}

TEST(NamePatternTest, KnowsTheOneNameThatAnAnchoredLiteralMatches) {
  EXPECT_EQ(NamePattern::parse("^vcycle-a$")->exact_name(), "vcycle-a");
  EXPECT_EQ(NamePattern::parse("^a\\.b$")->exact_name(), "a.b");
  EXPECT_EQ(NamePattern::parse("^a.b$")->exact_name(), std::nullopt);
  EXPECT_EQ(NamePattern::parse("vcycle-a")->exact_name(), std::nullopt);
}

TEST(NamePatternTest, RefusesWhatItCannotRead) {
  for (const char* text : {"a|b", "(a)", "[a-z]", "a{2}", "*a", "a**", "a\\d", "a\\", "a^b", "a$b", "a?"})
    EXPECT_FALSE(NamePattern::parse(text)) << text;
}

TEST(NamePatternTest, TakesNoMoreThanPatternTimesNameForAnEvilPattern) {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "a*";
  EXPECT_FALSE(matches("^" + pattern + "b$", std::string(255, 'a')));
}

}  // namespace
}  // namespace vacuum::sim
