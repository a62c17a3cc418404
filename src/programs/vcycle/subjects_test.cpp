#include "programs/vcycle/subjects.hpp"

#include <gtest/gtest.h>

namespace vacuum {
namespace {

using Place = MachineFolder::Place;

Subject space(const std::string& name) {
  return {.kind = Subject::Kind::space, .space = SpaceName{name}};
}
Subject type(const std::string& of, const std::string& name) {
  return {.kind = Subject::Kind::machinetype, .space = SpaceName{of}, .machinetype = MachinetypeName{name}};
}
Subject machine(const std::string& name, Place place = Place::current) {
  return machine_subject(SpaceName{"one.example"}, name, place);
}

const std::vector<Subject> kKnown{space("one.example"),
                                  space("two.example"),
                                  type("one.example", "prod"),
                                  type("two.example", "prod"),
                                  type("two.example", "user"),
                                  machine("vcycle-prod-aaaaaaaaaa"),
                                  machine("vcycle-prod-aaaaaaaaaa", Place::deleted),
                                  machine("vcycle-prod-abbbbbbbbb"),
                                  machine("vcycle-user-cccccccccc", Place::deleted)};

std::string found(std::string_view word, Completion completion = Completion::by_prefix) {
  const auto subject = find_subject(kKnown, word, completion);
  return subject ? subject->text() : subject.error();
}

TEST(SubjectsTest, WholeNamesAreFoundWithAndWithoutTheirSpace) {
  EXPECT_EQ(found("one.example"), "one.example");
  EXPECT_EQ(found("one.example/"), "one.example");
  EXPECT_EQ(found("one.example/prod"), "one.example/prod");
  EXPECT_EQ(found("user"), "two.example/user");
  EXPECT_EQ(found("vcycle-prod-abbbbbbbbb"), "vcycle-prod-abbbbbbbbb");
  EXPECT_EQ(found("user-cccccccccc"), "vcycle-user-cccccccccc");
}

TEST(SubjectsTest, AUniqueBeginningWillDo) {
  EXPECT_EQ(found("tw"), "two.example");
  EXPECT_EQ(found("vcycle-prod"),
            "'vcycle-prod' is the beginning of several: vcycle-prod-aaaaaaaaaa, vcycle-prod-abbbbbbbbb");
  EXPECT_EQ(found("two.example/u"), "two.example/user");
  EXPECT_EQ(found("vcycle-prod-ab"), "vcycle-prod-abbbbbbbbb");
}

TEST(SubjectsTest, WhatCannotBeTakenBackAsksForTheWholeName) {
  EXPECT_EQ(found("vcycle-prod-ab", Completion::exact),
            "'vcycle-prod-ab' is not a whole name; did you mean vcycle-prod-abbbbbbbbb?");
}

TEST(SubjectsTest, ANameOfSeveralIsToldWithAll) {
  EXPECT_EQ(found("prod"), "'prod' is the name of several: one.example/prod, two.example/prod");
}

TEST(SubjectsTest, ASlipOfThePenGetsASuggestion) {
  EXPECT_EQ(
      found("one.exampel"),
      "'one.exampel' is no machine, machinetype or space that is known here; did you mean one.example?");
  EXPECT_EQ(found("zzz"), "'zzz' is no machine, machinetype or space that is known here");
}

TEST(SubjectsTest, ALivingMachineSpeaksForItsName) {
  const auto subject = find_subject(kKnown, "vcycle-prod-aaaaaaaaaa", Completion::exact);
  ASSERT_TRUE(subject.ok());
  EXPECT_EQ(subject->place, Place::current);
}

TEST(SubjectsTest, NoWordIsNoSubject) {
  EXPECT_FALSE(find_subject(kKnown, "", Completion::by_prefix).ok());
}

}  // namespace
}  // namespace vacuum
