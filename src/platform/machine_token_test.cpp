#include "platform/machine_token.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vacuum {
namespace {

const Secret kKey{std::string(32, 'k')};
const SpaceName kSpace{"vcycle01.example.com"};
const MachineName kMachine{"vcycle-prod-0123456789"};

TEST(MachineTokenTest, IsTheBase64UrlOfAnHmacOfSpaceAndMachine) {
  // printf vcycle01.example.com/vcycle-prod-0123456789 |
  //   openssl dgst -sha256 -mac HMAC -macopt key:kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk -binary | basenc
  //   --base64url
  EXPECT_EQ(machine_token(kKey, kSpace, kMachine).reveal(), "FhZh9XoU7QTvN5lzy965hbbWDuRnZA9zNXJt0_Ec-cw");
}

TEST(MachineTokenTest, SuitsHeadersPathsAndShells) {
  for (int i = 0; i < 100; ++i) {
    const auto token = machine_token(kKey, kSpace, MachineName{"m" + std::to_string(i)});
    EXPECT_THAT(token.reveal(), ::testing::MatchesRegex("[A-Za-z0-9_-]+"));
    EXPECT_EQ(token.reveal().size(), 43U);
  }
}

TEST(MachineTokenTest, OpensItsOwnMachineAlone) {
  const std::string token = machine_token(kKey, kSpace, kMachine).reveal();
  EXPECT_TRUE(is_machine_token(token, kKey, kSpace, kMachine));
  EXPECT_FALSE(is_machine_token(token, kKey, kSpace, MachineName{"vcycle-prod-0123456788"}));
  EXPECT_FALSE(is_machine_token(token, kKey, SpaceName{"other.example.com"}, kMachine));
  EXPECT_FALSE(is_machine_token(token, Secret(std::string(32, 'j')), kSpace, kMachine));
}

TEST(MachineTokenTest, NothingButTheWholeTokenWillDo) {
  const std::string token = machine_token(kKey, kSpace, kMachine).reveal();
  for (const std::string& wrong :
       {std::string(), token.substr(1), token + "=", token + " ", "A" + token.substr(1)}) {
    EXPECT_FALSE(is_machine_token(wrong, kKey, kSpace, kMachine)) << wrong;
  }
}

TEST(MachineTokenTest, AKeyThatIsTooShortIsAFaultOfOurs) {
  EXPECT_THROW((void)machine_token(Secret("short"), kSpace, kMachine), std::logic_error);
}

}  // namespace
}  // namespace vacuum
