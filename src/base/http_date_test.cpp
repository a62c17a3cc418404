#include "base/http_date.hpp"

#include <gtest/gtest.h>

namespace vacuum {
namespace {

TEST(HttpDateTest, ReadsAndWritesTheDateOfRfc9110) {
  const auto time = parse_http_date("Wed, 21 Oct 2026 07:28:00 GMT");
  ASSERT_TRUE(time);
  EXPECT_EQ(to_unix(*time), 1792567680);
  EXPECT_EQ(format_http_date(*time), "Wed, 21 Oct 2026 07:28:00 GMT");
  EXPECT_FALSE(parse_http_date("yesterday"));
  EXPECT_FALSE(parse_http_date("Wed, 21 Oct 2026 07:28:00 GMT and more"));
  EXPECT_FALSE(parse_http_date(""));
}

}  // namespace
}  // namespace vacuum
