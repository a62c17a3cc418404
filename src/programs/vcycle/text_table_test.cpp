#include "programs/vcycle/text_table.hpp"

#include <gtest/gtest.h>

namespace vacuum {
namespace {

const std::vector<Column> kColumns{{"NAME"}, {"N", Align::right}, {"WHY"}};

TEST(TextTableTest, ColumnsAreAsWideAsTheirWidestCell) {
  EXPECT_EQ(text_table(kColumns, {{"a", "12", "because"}, {"longer", "3", ""}}),
            "NAME     N  WHY\n"
            "a       12  because\n"
            "longer   3\n");
}

TEST(TextTableTest, TheLastColumnIsCutAtTheWidthOfTheTerminal) {
  EXPECT_EQ(text_table(kColumns, {{"a", "1", "a long reason"}}, 16), "NAME  N  WHY\na     1  a long…\n");
}

TEST(TextTableTest, CharactersOfMoreBytesTakeOnePlace) {
  EXPECT_EQ(text_table({{"A"}, {"B"}}, {{"é", "x"}}), "A  B\né  x\n");
}

}  // namespace
}  // namespace vacuum
