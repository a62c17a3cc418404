#include "config/keystone_url.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace vacuum {
namespace {

std::string url_of(std::string_view text) {
  const auto parsed = parse_keystone_url(text);
  return parsed ? parsed->url : "error: " + parsed.error().message;
}

TEST(KeystoneUrlTest, EveryFormBecomesOneOfVersion3) {
  EXPECT_EQ(url_of("https://k.example.com:5000/v3"), "https://k.example.com:5000/v3");
  EXPECT_EQ(url_of("https://k.example.com:5000/v3/"), "https://k.example.com:5000/v3");
  EXPECT_EQ(url_of("https://k.example.com"), "https://k.example.com/v3");
  EXPECT_EQ(url_of("HTTPS://k.example.com/"), "https://k.example.com/v3");
  EXPECT_EQ(url_of("https://k.example.com/identity"), "https://k.example.com/identity/v3");
  EXPECT_EQ(url_of("https://k.example.com/main/v2.0"), "https://k.example.com/main/v3");
  EXPECT_EQ(url_of("http://[::1]:5000/v3"), "http://[::1]:5000/v3");
}

TEST(KeystoneUrlTest, Version2IsNoticed) {
  EXPECT_TRUE(parse_keystone_url("https://k.example.com/v2.0/")->was_version_2);
  EXPECT_FALSE(parse_keystone_url("https://k.example.com/v3")->was_version_2);
}

TEST(KeystoneUrlTest, ClearTextIsNoticedButOnThisHost) {
  EXPECT_TRUE(parse_keystone_url("http://k.example.com/v3")->is_clear_text);
  for (const auto* local :
       {"http://127.0.0.1:5000", "http://localhost", "http://[::1]:5000/v3", "https://k.example.com"}) {
    EXPECT_FALSE(parse_keystone_url(local)->is_clear_text) << local;
  }
}

TEST(KeystoneUrlTest, WhatIsNoUrlOfAServiceIsRefusedWithoutQuotingIt) {
  EXPECT_EQ(url_of("k.example.com:5000"), "error: is no http(s) URL");
  EXPECT_EQ(url_of("ftp://k.example.com"), "error: is no http(s) URL");
  EXPECT_EQ(url_of("https://user:geheim@k.example.com/v3"), "error: holds a user name or password");
  EXPECT_EQ(url_of("https://k.example.com/v3?x=1"), "error: has a query or a fragment");
  EXPECT_EQ(url_of("https://k.example.com:99999/v3"), "error: has no valid host and port");
  EXPECT_EQ(url_of("https:///v3"), "error: has no valid host and port");
  EXPECT_EQ(url_of("https://k.example.com/ v3"), "error: holds a character that no URL has");
  EXPECT_EQ(url_of("https://" + std::string(3000, 'k')), "error: is too long for a URL");
}

RC_GTEST_PROP(KeystoneUrlPropertyTest, AnyTextIsReadOrRefused, (const std::string& text)) {
  const auto parsed = parse_keystone_url("https://" + text);
  if (parsed) RC_ASSERT(parsed->url.ends_with("/v3"));
}

}  // namespace
}  // namespace vacuum
