#include "sim/openstack_api/http_text.hpp"

#include <gtest/gtest.h>

namespace vacuum::sim {
namespace {

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(HttpTextTest, TakesATargetApart) {
  const auto target = parse_target("/v2.1/servers/detail?name=%5Evm%2Da%24&limit=2&flag&x=a+b");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/v2.1/servers/detail");
  EXPECT_EQ(target->parameter("name"), "^vm-a$");
  EXPECT_EQ(target->parameter("limit"), "2");
  EXPECT_EQ(target->parameter("flag"), "");
  EXPECT_EQ(target->parameter("x"), "a b");
  EXPECT_EQ(target->parameter("other"), std::nullopt);
}

TEST(HttpTextTest, RefusesBrokenTargets) {
  for (const char* text : {"", "nopath", "/a%", "/a%4", "/a%zz", "/a?b=%", "/a%00b"})
    EXPECT_FALSE(parse_target(text)) << text;
}

TEST(HttpTextTest, MakesAQueryThatIsReadBackTheSame) {
  const std::vector<std::pair<std::string, std::string>> parameters{{"name", "^a b&c=d%$"},
                                                                    {"x", "\xC3\xA9"}};
  const auto target = parse_target("/?" + make_query(parameters));
  ASSERT_TRUE(target);
  EXPECT_EQ(target->query, parameters);
}

TEST(HttpTextTest, WritesJsonStringsThatAreAlwaysWellFormed) {
  EXPECT_EQ(json_string("plain"), "\"plain\"");
  EXPECT_EQ(json_string("a\"b\\c\n\t\r\x01"), R"("a\"b\\c\n\t\r\u0001")");
  EXPECT_EQ(json_string("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"),
            "\"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\"");
  EXPECT_EQ(json_string("a\xFF"
                        "b\xC3"),
            "\"a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\"");
  EXPECT_EQ(json_string("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"")
      << "a surrogate is no character";
}

TEST(HttpTextTest, WritesTimesAsTheCloudsDo) {
  for (const std::int64_t unix : {0LL, 951'782'400LL, 1'700'000'000LL, 4'102'444'799LL}) {
    std::string out;
    append_iso8601(out, from_unix(unix));
    EXPECT_EQ(out + "Z", format_iso8601(from_unix(unix)));
  }
}

TEST(HttpTextTest, ReadsTheTimesThatOpenStackReads) {
  const Moment evening{Seconds{1'700'000'000}};  // 2023-11-14T22:13:20Z
  for (const char* text : {"2023-11-14T22:13:20Z", "2023-11-14T22:13:20", "2023-11-14 22:13:20Z",
                           "2023-11-14T23:13:20+01:00", "2023-11-14T23:13:20+0100", "2023-11-14T20:13:20-02",
                           "2023-11-14T22:13:20.000000", "2023-11-14T22:13:20.0004Z"})
    EXPECT_EQ(parse_isotime(text), evening) << text;
  EXPECT_EQ(parse_isotime("2023-11-14T22:13:20.5Z"), evening + Milliseconds{500});
  EXPECT_EQ(parse_isotime("2023-11-14T22:13Z"), evening - Seconds{20});
  EXPECT_EQ(parse_isotime("2023-11-14"), Moment{Seconds{1'699'920'000}});
}

TEST(HttpTextTest, ReadsNoTimeInWhatIsNone) {
  for (const char* text :
       {"", "yesterday", "2023-11", "2023-11-31", "2023-13-01", "2023-11-14T", "2023-11-14T24:00:00Z",
        "2023-11-14T22:60:00Z", "2023-11-14T22:13:20.Z", "2023-11-14T22:13:20z", "2023-11-14T22:13:20 01:00",
        "2023-11-14T22:13:20+1", "2023-11-14T22:13:20Z ", "1700000000", "2023-11-14T22:13:20+01:0"})
    EXPECT_EQ(parse_isotime(text), std::nullopt) << text;
}

}  // namespace
}  // namespace vacuum::sim
