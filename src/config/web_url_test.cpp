#include "config/web_url.hpp"

#include <gtest/gtest.h>

namespace vacuum {
namespace {

TEST(WebUrlTest, TheHostIsFoundInEveryForm) {
  const auto host_of = [](std::string_view text) {
    const auto url = parse_web_url(text);
    return url ? url->host : "error: " + url.error().message;
  };
  EXPECT_EQ(host_of("https://Repo.Example.com/a/b?c#d"), "repo.example.com");
  EXPECT_EQ(host_of("HTTP://repo.example.com:8080"), "repo.example.com");
  EXPECT_EQ(host_of("http://[2001:db8::1]:80/x"), "2001:db8::1");
  EXPECT_EQ(host_of("https://repo.example.com?x"), "repo.example.com");
  EXPECT_EQ(host_of("file:///etc/passwd"), "error: is no http(s) URL");
  EXPECT_EQ(host_of("https://a@b/"), "error: holds a user name or password");
  EXPECT_EQ(host_of("https://:80/"), "error: has no valid host and port");
  EXPECT_EQ(host_of("https://[]/"), "error: has no valid host and port");
  EXPECT_EQ(host_of("https://a:b/"), "error: has no valid host and port");
  EXPECT_EQ(host_of("https://a/\n"), "error: holds a character that no URL has");
}

}  // namespace
}  // namespace vacuum
