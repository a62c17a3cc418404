#include "config/pipe_copy.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace vacuum {
namespace {

TEST(PipeCopyTest, WhatWasWrittenIsReadBack) {
  const PipeCopy copy{.url = "https://a/b",
                      .fetched = from_unix(1'800'000'000),
                      .etag = "W/\"x\"",
                      .last_modified = "Fri, 15 Jan 2027 08:00:00 GMT",
                      .content = "{\n\n\"a\": 1}\n"};
  EXPECT_EQ(read_pipe_copy(write_pipe_copy(copy)), copy);
}

TEST(PipeCopyTest, NoServerCanWriteALineOfItsOwn) {
  const PipeCopy copy{
      .url = "https://a/b", .fetched = from_unix(1), .etag = "x\n\nURL: https://evil/", .content = "c"};
  const auto read = read_pipe_copy(write_pipe_copy(copy));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->url, "https://a/b");
  EXPECT_EQ(read->content, "c");
}

TEST(PipeCopyTest, AFileThatIsNoneCountsAsMissing) {
  for (const auto* text :
       {"", "{\"machinetypes\": []}", "Vacuum pipe copy 1\n\n", "Vacuum pipe copy 1\nURL: x\n\nx",
        "Vacuum pipe copy 1\nURL: x\nFetched: soon\n\nx", "Vacuum pipe copy 2\nURL: x\nFetched: 1\n\nx"}) {
    EXPECT_FALSE(read_pipe_copy(text)) << text;
  }
}

TEST(PipeCopyTest, EachPipeHasAFileOfItsOwn) {
  EXPECT_EQ(pipe_copy_path("/var/lib/vcycle", SpaceName("a.b"), "c-d"), "/var/lib/vcycle/pipescache/a.b/c-d");
}

RC_GTEST_PROP(PipeCopyPropertyTest, AnyBytesAreReadOrRefused, (const std::string& text)) {
  (void)read_pipe_copy("Vacuum pipe copy 1\n" + text);
}

}  // namespace
}  // namespace vacuum
