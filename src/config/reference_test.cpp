#include "config/reference.hpp"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/files.hpp"
#include "base/testing/source_directory.hpp"
#include "config/option.hpp"

namespace vacuum {
namespace {

/// Compares a checked-in page with the generated one; VACUUM_UPDATE=1 writes it anew.
void expect_page(const std::string& path, const std::string& generated) {
  const auto page = source_directory() / path;
  if (std::getenv("VACUUM_UPDATE") != nullptr) write_file(page, generated);
  EXPECT_TRUE(content_of(page) == generated)
      << path << " is not what the option table says; refresh it with:\n"
      << "  VACUUM_UPDATE=1 build/dev/bin/vacuum_config_tests "
         "--gtest_filter='ReferenceTest.*'";
}

TEST(ReferenceTest, ThePageOfOptionsIsTheOneThatTheTableGives) {
  expect_page("docs/reference/options.md", options_markdown());
}

TEST(ReferenceTest, TheManPageIsTheOneThatTheTableGives) {
  expect_page("docs/man/vcycle.conf.5", options_man_page());
}

TEST(ReferenceTest, TheSchemaOfPipesIsTheOneThatTheTableGives) {
  expect_page("docs/reference/vacuum-pipe.schema.json", pipe_schema());
}

TEST(ReferenceTest, EveryOptionThatAPipeMayGiveIsInItsSchema) {
  const std::string schema = pipe_schema();
  for (const Option& option : option_table()) {
    if (option.from_pipe != FromPipe::accepted) continue;
    EXPECT_THAT(schema, testing::HasSubstr(std::string(option.name.substr(0, option.name.find('*')))));
  }
}

TEST(ReferenceTest, EveryOptionIsInBothPages) {
  std::string man = options_man_page();
  for (auto at = man.find("\\-"); at != std::string::npos; at = man.find("\\-", at)) man.erase(at, 1);
  for (const Option& option : option_table()) {
    const std::string name(option.name.substr(0, option.name.find('*')));
    EXPECT_THAT(options_markdown(), testing::HasSubstr(name));
    EXPECT_THAT(man, testing::HasSubstr(name));
  }
}

}  // namespace
}  // namespace vacuum
