#include "adapters/shared_directory/token_key.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <future>
#include <set>

#include "adapters/shared_directory/testing/state_directory.hpp"

namespace vacuum {
namespace {

using ::testing::HasSubstr;

class TokenKeyTest : public ::testing::Test {
 protected:
  [[nodiscard]] StoreResult<Secret> key() const { return read_or_make_token_key(state.path.string()); }
  [[nodiscard]] std::filesystem::path file() const { return state.path / "shared/token_key"; }
  [[nodiscard]] std::string problem() const {
    const auto read = key();
    return read ? "read" : read.error().message;
  }
  StateDirectory state;
};

TEST_F(TokenKeyTest, IsMadeOnceForItsOwnerAlone) {
  const auto first = key();
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(first->reveal().size(), 32U);
  struct stat status {};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  EXPECT_EQ(key()->reveal(), first->reveal());
}

TEST_F(TokenKeyTest, ManagersThatComeTogetherAgreeOnOne) {
  std::vector<std::future<std::string>> answers;
  for (int i = 0; i < 8; ++i) {
    answers.push_back(std::async(std::launch::async, [this] {
      const auto read = key();
      return read ? read->reveal() : read.error().message;
    }));
  }
  std::set<std::string> keys;
  for (auto& answer : answers) keys.insert(answer.get());
  EXPECT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys.begin()->size(), 32U);
}

TEST_F(TokenKeyTest, AFileThatHoldsNoKeyIsToldAndKept) {
  for (const char* content : {"", "c2hvcnQ=\n", "%%%%"}) {
    write_file(file(), content);
    ::chmod(file().c_str(), 0600);
    EXPECT_THAT(problem(), HasSubstr("token_key holds no key: remove it")) << content;
    EXPECT_EQ(content_of(file()), content);
  }
}

TEST_F(TokenKeyTest, AKeyThatEverybodyCanReadIsNotUsed) {
  ASSERT_TRUE(key().ok());
  ::chmod(file().c_str(), 0644);
  EXPECT_THAT(problem(), HasSubstr("open to everybody"));
}

TEST_F(TokenKeyTest, TheDaemonReadsItBesideItsLoop) {
  SharedTokenKey source(state.path.string(), state.worker);
  const auto read = state.get(source.token_key());
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->reveal(), key()->reveal());
}

TEST_F(TokenKeyTest, WithoutTheSharedDirectoryThereIsNoKey) {
  std::filesystem::remove_all(state.path / "shared");
  EXPECT_THAT(problem(), HasSubstr("shared: No such file or directory"));
  EXPECT_FALSE(std::filesystem::exists(state.path / "shared"));
}

}  // namespace
}  // namespace vacuum
