#include "config/ini.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace vacuum {
namespace {

/// "section.option=value@line" for each value of the text.
std::vector<std::string> values_of(std::string_view text) {
  IniDocument document;
  (void)document.add("f", text);
  std::vector<std::string> values;
  for (const auto& section : document.sections()) {
    for (const auto& [name, value] : section.options) {
      values.push_back(fmt::format("{}.{}={}@{}", section.name, name, value.text, value.location.line));
    }
  }
  return values;
}

std::vector<std::string> problems_of(std::string_view text) {
  IniDocument document;
  std::vector<std::string> lines;
  for (const auto& problem : document.add("f", text)) lines.push_back(to_string(problem));
  return lines;
}

using testing::ElementsAre;
using testing::IsEmpty;

TEST(IniTest, ReadsBothDelimitersAndRemembersTheLine) {
  EXPECT_THAT(values_of("[s]\na = 1\n\nb:2\nc=x=y\nd : http://h:1/p\n"),
              ElementsAre("s.a=1@2", "s.b=2@4", "s.c=x=y@5", "s.d=http://h:1/p@6"));
}

TEST(IniTest, NamesOfSectionsAndOptionsKnowNoCase) {
  EXPECT_THAT(values_of("[Space  A.Example]\nAPI = OpenStack\n"),
              ElementsAre("space a.example.api=OpenStack@2"));
}

TEST(IniTest, SectionsOfOneNameMergeAndALaterValueWins) {
  EXPECT_THAT(values_of("[s]\na=1\nb=1\n[t]\na=0\n[S]\na=2\n"), ElementsAre("s.a=2@7", "s.b=1@3", "t.a=0@5"));
}

TEST(IniTest, LinesThatStartWithHashOrSemicolonAreComments) {
  EXPECT_THAT(values_of("# [x]\n; y\n[s] ; why\n#a=0\n  # b=0\na = 1\n"), ElementsAre("s.a=1@6"));
}

TEST(IniTest, WhiteSpaceAndSemicolonStartACommentWithinALine) {
  EXPECT_THAT(values_of("[s]\na = 1 ; one\nb = x;y\nc = x;y\t; z\nd = 1 # no comment\n"),
              ElementsAre("s.a=1@2", "s.b=x;y@3", "s.c=x;y@4", "s.d=1 # no comment@5"));
}

TEST(IniTest, DeeperIndentedLinesContinueAValue) {
  EXPECT_THAT(values_of("[s]\na = 1\n  2\n\t3 = x ; but not this\n# nor this\n 4\n\nb =\n  5\n"),
              ElementsAre("s.a=1\n2\n3 = x\n4@2", "s.b=\n5@8"));
}

TEST(IniTest, NothingIsInterpolated) {
  EXPECT_THAT(values_of("[s]\na = %(b)s %% ${b}\n"), ElementsAre("s.a=%(b)s %% ${b}@2"));
}

TEST(IniTest, AnEmptyValueCanBeWrittenAsQuotes) {
  EXPECT_THAT(values_of("[s]\na = \"\"\nb =\nc = \"x\"\n"), ElementsAre("s.a=@2", "s.b=@3", "s.c=\"x\"@4"));
}

TEST(IniTest, DefaultValuesCountWhereASectionHasNone) {
  EXPECT_THAT(values_of("[s]\na=1\n[DEFAULT]\na=0\nb=0\n"), ElementsAre("s.a=1@2", "s.b=0@5"));
}

TEST(IniTest, LineEndsOfAllSystemsAndAByteOrderMarkAreRead) {
  EXPECT_THAT(values_of("\xef\xbb\xbf[s]\r\na=1\rb=2\nc=3"), ElementsAre("s.a=1@2", "s.b=2@3", "s.c=3@4"));
}

TEST(IniTest, TellsTheLineOfWhatItCannotReadWithoutQuotingIt) {
  EXPECT_THAT(
      problems_of("geheim\n[s]\na=1\ngeheim\n[t\n= geheim\n"),
      ElementsAre(
          "f:1: error: a line before the first section header; put a header such as [space NAME] before it",
          "f:4: error: [s] neither a section header nor NAME = VALUE; write NAME = VALUE; start comment "
          "lines with #, indent lines that continue a value",
          "f:5: error: [s] not a section header; write it as [space NAME] or [machinetype SPACE NAME]",
          "f:6: error: [s] neither a section header nor NAME = VALUE; write NAME = VALUE; start comment "
          "lines with #, indent lines that continue a value"));
}

TEST(IniTest, TheNumberOfToldLinesIsBounded) {
  std::string text = "[s]\n";
  for (int i = 0; i < 1000; ++i) text += "bad\n";
  const auto problems = problems_of(text);
  ASSERT_EQ(problems.size(), 21u);
  EXPECT_EQ(problems.back(), "f: error: 980 more such lines");
}

TEST(IniTest, ManySectionsAreReadInNoTime) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += fmt::format("[s{}]\n", i);
  EXPECT_THAT(values_of(text), IsEmpty());
}

RC_GTEST_PROP(IniPropertyTest, AnyBytesAreReadOrTold, (const std::string& text)) {
  IniDocument document;
  const auto problems = document.add("f", text);
  RC_ASSERT(problems.size() <= 21u);
  for (const auto& section : document.sections()) RC_ASSERT(!section.name.empty());
}

RC_GTEST_PROP(IniPropertyTest, TextOfIniCharactersIsReadOrTold, ()) {
  const auto text =
      *rc::gen::container<std::string>(rc::gen::elementOf(std::string("[]=:;# \t\r\nab%\"\0", 16)));
  IniDocument document;
  (void)document.add("f", text);
  for (const auto& section : document.sections()) {
    for (const auto& [name, value] : section.options) RC_ASSERT(!name.empty());
  }
}

}  // namespace
}  // namespace vacuum
