#include "config/signing_dn.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vacuum {
namespace {

std::string problem_of(std::string_view expression) {
  const auto problem = signing_dn_problem(expression);
  return problem ? problem->message : "";
}

TEST(SigningDnTest, UsualExpressionsAreTaken) {
  EXPECT_EQ(problem_of("/O=Grid/O=CernVM/CN=cvm-images.*"), "");
  EXPECT_EQ(problem_of("^/DC=ch/DC=cern/OU=computers/CN=cvm-sign(01|02)\\.cern\\.ch$"), "");
}

TEST(SigningDnTest, WhatWouldVerifyNobodyOrCannotBeMatchedIsRefused) {
  EXPECT_EQ(problem_of(""), "names nobody who may sign the image");
  EXPECT_EQ(problem_of("  "), "names nobody who may sign the image");
  EXPECT_THAT(problem_of("CN=(x"), testing::HasSubstr("is no regular expression"));
  EXPECT_THAT(problem_of("(a)\\1"), testing::HasSubstr("is no regular expression"));
  EXPECT_THAT(problem_of("(?=x)"), testing::HasSubstr("is no regular expression"));
  EXPECT_THAT(problem_of("((a{1000}){1000}){1000}"), testing::HasSubstr("is no regular expression"));
  EXPECT_EQ(problem_of(std::string(1001, 'a')), "is too long for a DN");
}

}  // namespace
}  // namespace vacuum
