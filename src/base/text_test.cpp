#include "base/text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace vacuum {
namespace {

TEST(TextTest, TrimTakesWhiteSpaceFromBothEndsOnly) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
}

TEST(TextTest, WordsAreSeparatedByAnyRunOfWhiteSpace) {
  EXPECT_EQ(split_words("  a\tbb \n c "), (std::vector<std::string>{"a", "bb", "c"}));
  EXPECT_TRUE(split_words("").empty());
}

TEST(TextTest, SplitKeepsEmptyParts) {
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string>{"a", "", "b", ""}));
}

TEST(TextTest, NumbersMustFillTheWholeText) {
  EXPECT_EQ(parse_integer("-12"), -12);
  EXPECT_FALSE(parse_integer("12x"));
  EXPECT_FALSE(parse_integer(""));
  EXPECT_EQ(parse_number("0.5"), 0.5);
  EXPECT_FALSE(parse_number("inf"));
  EXPECT_FALSE(parse_number("nan"));
}

TEST(TextTest, Base64RoundTripsAnyBytes) {
  const bool holds =
      rc::check([](const std::string& bytes) { RC_ASSERT(decode_base64(encode_base64(bytes)) == bytes); });
  EXPECT_TRUE(holds);
}

TEST(TextTest, Base64AgreesWithTheExampleConfiguration) {
  EXPECT_EQ(decode_base64("UEFTU3dvcmQ="), "PASSword");
  EXPECT_EQ(decode_base64("UEFTU3dvcmQ"), "PASSword");
  EXPECT_EQ(decode_base64("UEF TU3\ndvcmQ=\n"), "PASSword");
  EXPECT_FALSE(decode_base64("UEF?"));
  EXPECT_FALSE(decode_base64("U"));
  EXPECT_FALSE(decode_base64("UE==FT"));
}

TEST(TextTest, NearestWordFindsASlipOfThePenAndNothingFarther) {
  const std::vector<std::string> names{"backoff_seconds", "fizzle_seconds", "target_share"};
  EXPECT_EQ(nearest_word("backof_seconds", names), "backoff_seconds");
  EXPECT_EQ(nearest_word("target_shares", names), "target_share");
  EXPECT_FALSE(nearest_word("url", names));
}

TEST(TextTest, PrintableTextHasNoControlCharactersAndIsBounded) {
  EXPECT_EQ(printable("a\x1b[31m\nb"), "a [31m b");
  EXPECT_EQ(printable("\x01 abc\n"), "abc");
  EXPECT_EQ(printable("abcdefgh", 6), "abc…");
  EXPECT_EQ(printable("abcdef", 6), "abcdef");
  EXPECT_EQ(printable("ab\u00fccdef", 6), "ab…") << "no character is cut";
  EXPECT_EQ(printable("abcdef", 0), "");
  for (const std::string_view text : {"\x7f a \x01", "abcdefghij", "a\u00fcbcdefgh\u00fc"})
    EXPECT_EQ(printable(printable(text, 9), 9), printable(text, 9)) << text;
}

TEST(TextTest, WhatIsNoUtf8IsReplaced) {
  EXPECT_EQ(utf8("caf\xe9"), "caf?");
  EXPECT_EQ(utf8("Zürich €"), "Zürich €");
  EXPECT_EQ(utf8("\xc0\xaf"), "??");            // overlong
  EXPECT_EQ(utf8("\xed\xa0\x80"), "???");       // a surrogate
  EXPECT_EQ(utf8("\xf4\x90\x80\x80"), "????");  // beyond the last character
  EXPECT_EQ(utf8("\xe2\x82"), "??");            // cut short
}

}  // namespace
}  // namespace vacuum
