#include <gtest/gtest.h>

#include "domain/machine_state.hpp"
#include "domain/names.hpp"
#include "domain/shutdown_message.hpp"

namespace vacuum {
namespace {

TEST(NamesTest, AMachineNameTellsItsMachinetype) {
  const auto name = make_machine_name(MachinetypeName{"lhcb-prod"}, "abcdefghi9");
  EXPECT_EQ(name.text(), "vcycle-lhcb-prod-abcdefghi9");
  EXPECT_EQ(machinetype_of(name), MachinetypeName{"lhcb-prod"});
  EXPECT_FALSE(machinetype_of(MachineName{"vcycle-abcdefghi9"}));
}

TEST(NamesTest, OnlyNamesWithOurPrefixThatArePathComponentsAreMachines) {
  EXPECT_TRUE(is_machine_name("vcycle-a-0123456789"));
  EXPECT_FALSE(is_machine_name("vm-1"));
  EXPECT_FALSE(is_machine_name("vcycle-"));
  EXPECT_FALSE(is_machine_name("vcycle-../../etc"));
  EXPECT_FALSE(is_machine_name("vcycle-a b"));
}

TEST(NamesTest, SectionNamesHoldOnlyTheirCharacters) {
  EXPECT_TRUE(is_space_name("vcycle01.example.com"));
  EXPECT_FALSE(is_space_name("Space"));
  EXPECT_FALSE(is_space_name(".."));
  EXPECT_FALSE(is_space_name(""));
  EXPECT_TRUE(is_machinetype_name("lhcb-prod"));
  EXPECT_FALSE(is_machinetype_name("lhcb.prod"));
}

TEST(MachineStateTest, NamesReadBackAsTheirStates) {
  for (int i = 0; i < kMachineStateCount; ++i) {
    const auto state = static_cast<MachineState>(i);
    EXPECT_EQ(parse_machine_state(to_string(state)), state);
  }
}

TEST(MachineStateTest, LifeIsNeverTurnedBack) {
  EXPECT_TRUE(may_follow(MachineState::starting, MachineState::shutdown));
  EXPECT_FALSE(may_follow(MachineState::running, MachineState::starting));
  EXPECT_FALSE(may_follow(MachineState::deleting, MachineState::running));
}

TEST(ShutdownMessageTest, CodeAndTextAreRead) {
  EXPECT_EQ(parse_shutdown_message("300 No more work\nsecond line"), (ShutdownMessage{300, "No more work"}));
  EXPECT_EQ(parse_shutdown_message("200"), (ShutdownMessage{200, ""}));
  EXPECT_EQ(to_string(ShutdownMessage{300, "No more work"}), "300 No more work");
}

TEST(ShutdownMessageTest, WhatIsNoMessageIsNothing) {
  for (const char* text : {"", "Success", "20", "2000 x", "099 x", "-20 x", "2a0 b"}) {
    EXPECT_FALSE(parse_shutdown_message(text)) << text;
  }
}

TEST(ShutdownMessageTest, ATextOfAStrangerIsMadePrintable) {
  EXPECT_EQ(parse_shutdown_message("500 bad\x1b[0m")->text, "bad [0m");
}

TEST(NamesTest, AnIncarnationIsALifeOfAManager) {
  const IncarnationId id = make_incarnation_id(ManagerName{"vm1.example.org"}, "abcdefghij");
  EXPECT_EQ(id.text(), "vm1.example.org~abcdefghij");
  EXPECT_EQ(manager_of(id), ManagerName{"vm1.example.org"});
  EXPECT_TRUE(is_incarnation_id(id.text()));
  EXPECT_TRUE(is_incarnation_id("vm1~"));
  for (const char* bad :
       {"", "~", "vm1", "~abc", "../x~abc", ".vm~abc", "vm 1~abc", "vm~ab/c", "vm~abcdefghijk"})
    EXPECT_FALSE(is_incarnation_id(bad)) << bad;
}

}  // namespace
}  // namespace vacuum
