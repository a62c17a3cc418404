#include "config/option.hpp"

#include <set>

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace vacuum {
namespace {

TEST(OptionTableTest, EveryOptionIsDeclaredOnceInItsSection) {
  std::set<std::pair<OptionScope, std::string>> names;
  for (const Option& option : option_table()) {
    // [space …] reads the options of its cloud too.
    const OptionScope scope = option.scope == OptionScope::openstack ? OptionScope::space : option.scope;
    EXPECT_TRUE(names.emplace(scope, option.name).second) << option.name;
    for (const auto& other : split_words(std::string(option.aliases) + " " + std::string(option.synonym)))
      EXPECT_TRUE(names.emplace(scope, other).second) << other;
  }
}

TEST(OptionTableTest, EveryOptionInUseIsExplainedInWholeSentences) {
  for (const Option& option : option_table()) {
    if (option.status == OptionStatus::ignored) continue;
    EXPECT_TRUE(option.meaning.ends_with('.')) << option.name;
    EXPECT_GE(split_words(option.meaning).size(), 4u) << option.name;
  }
}

TEST(OptionTableTest, EveryDefaultIsWithinItsBounds) {
  for (const Option& option : option_table()) {
    const bool is_number = option.kind == OptionKind::integer || option.kind == OptionKind::number;
    if (!is_number) continue;
    EXPECT_LT(option.least, option.most) << option.name;
    if (option.default_text.empty()) continue;
    const auto value = parse_number(option.default_text);
    ASSERT_TRUE(value) << option.name;
    EXPECT_GE(*value, option.least) << option.name;
    EXPECT_LE(*value, option.most) << option.name;
  }
}

TEST(OptionTableTest, WhatIsNotCurrentSaysWhatToDoInstead) {
  for (const Option& option : option_table()) {
    EXPECT_EQ(option.status == OptionStatus::current, option.remedy.empty()) << option.name;
  }
}

TEST(OptionTableTest, RecognisesNamesDeprecatedNamesAndFamilies) {
  const auto name_of = [](OptionScope scope, std::string_view word) {
    const Option* option = recognise_option(scope, word);
    return option == nullptr ? std::string_view("unknown") : option->name;
  };
  EXPECT_EQ(name_of(OptionScope::space, "max_processors"), "processors_limit");
  EXPECT_EQ(name_of(OptionScope::machinetype, "max_processors"), "max_processors");
  EXPECT_EQ(name_of(OptionScope::machinetype, "cpu_per_machine"), "min_processors");
  EXPECT_EQ(name_of(OptionScope::machinetype, "user_data_option_cvmfs_proxy"), "user_data_option_*");
  EXPECT_EQ(name_of(OptionScope::machinetype, "remote_joboutputs_url"), "remote_joboutputs_*");
  EXPECT_EQ(name_of(OptionScope::machinetype, "url"), "unknown");
}

}  // namespace
}  // namespace vacuum
