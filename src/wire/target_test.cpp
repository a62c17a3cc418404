#include "wire/target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vacuum::wire {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(TargetTest, CutsAPathIntoItsParts) {
  EXPECT_THAT(parse_target("/machines/s/m/jobfeatures/job_id")->parts,
              ElementsAre("machines", "s", "m", "jobfeatures", "job_id"));
  EXPECT_THAT(parse_target("/")->parts, IsEmpty());
}

TEST(TargetTest, DoesNotMindSlashesTooMany) {
  EXPECT_THAT(parse_target("/a//b/")->parts, ElementsAre("a", "b"));
  EXPECT_THAT(parse_target("//a/b///")->parts, ElementsAre("a", "b"));
}

TEST(TargetTest, LeavesTheQueryOut) {
  const auto target = parse_target("/a/b?c=d/e");
  EXPECT_THAT(target->parts, ElementsAre("a", "b"));
  EXPECT_EQ(target->query, "c=d/e");
}

TEST(TargetTest, ReadsTheFormThatProxiesAreAsked) {
  EXPECT_THAT(parse_target("http://host:80/a/b?c")->parts, ElementsAre("a", "b"));
  EXPECT_THAT(parse_target("HTTPS://host/a")->parts, ElementsAre("a"));
  EXPECT_THAT(parse_target("http://host")->parts, IsEmpty());
  EXPECT_THAT(parse_target("http://host?a/b")->parts, IsEmpty());
}

TEST(TargetTest, DecodesOnceAndAfterCutting) {
  EXPECT_THAT(parse_target("/a%20b/%41")->parts, ElementsAre("a b", "A"));
  EXPECT_THAT(parse_target("/%2541")->parts, ElementsAre("%41"));
}

TEST(TargetTest, LetsNobodyOutOfTheTree) {
  for (const char* target : {"/a/../b", "/a/./b", "/..", "/%2e%2e/b", "/a/%2E", "/a%2fb", "/a%2F..%2Fb",
                             "/a%00b", "/a\\..\\b", "/a%5cb", "/a%0d%0ab", "/a%7f"}) {
    EXPECT_FALSE(parse_target(target).ok()) << target;
  }
}

TEST(TargetTest, RefusesWhatIsNotWellFormed) {
  for (const char* target : {"", "a/b", "*", "/a%", "/a%4", "/a%zz", "/a#b", "ftp://host/a", "host:443"})
    EXPECT_FALSE(parse_target(target).ok()) << target;
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "/a";
  EXPECT_FALSE(parse_target(deep).ok());
}

TEST(TargetTest, FindsValuesInAQuery) {
  EXPECT_EQ(query_value("limit=5&after=a%2db", "after"), "a-b");
  EXPECT_EQ(query_value("limit=5&after=a", "limit"), "5");
  EXPECT_EQ(query_value("limit", "limit"), "");
  EXPECT_EQ(query_value("xlimit=5", "limit"), "");
  EXPECT_EQ(query_value("limit=%zz", "limit"), "");
}

}  // namespace
}  // namespace vacuum::wire
