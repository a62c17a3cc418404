#include "adapters/shared_directory/turn_directory.hpp"

#include "adapters/shared_directory/testing/state_directory.hpp"
#include "adapters/shared_directory/testing/two_hosts.hpp"
#include "ports/testing/creation_turns_contract.hpp"

namespace vacuum {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(OnFiles, CreationTurnsContract, TurnsOnFiles);

const SpaceName kSpace{"one.example.org"};
const IncarnationId kA{"a.example.org~aaaaaaaaaa"};

class TurnDirectoryTest : public testing::Test {
 protected:
  TurnDirectoryTest() { hosts.make_space(kSpace); }
  template <class T>
  T get(Async<T> call) {
    return run(hosts.loop, std::move(call));
  }
  [[nodiscard]] std::filesystem::path file(const std::string& name) const {
    return hosts.turns_path(kSpace) / name;
  }
  [[nodiscard]] long file_count() const {
    return std::distance(std::filesystem::directory_iterator(hosts.turns_path(kSpace)), {});
  }

  TurnsOnFiles hosts;
};

TEST_F(TurnDirectoryTest, FilesAreLaidOutAsOtherVersionsExpectThem) {
  ASSERT_TRUE(get(hosts.turns().take(kSpace, 1, kA)).ok());
  EXPECT_EQ(content_of(file("1")), kA.text() + "\n");
  EXPECT_EQ(file_count(), 1);
  ASSERT_TRUE(get(hosts.turns().give_back(kSpace, 1)).ok());
  EXPECT_TRUE(std::filesystem::exists(file("1.done")));
  EXPECT_EQ(file_count(), 2);
}

TEST_F(TurnDirectoryTest, TheLastTurnsAloneAreKept) {
  for (std::uint64_t number = 1; number <= 40; ++number) {
    ASSERT_TRUE(get(hosts.turns().take(kSpace, number, kA)).ok());
    ASSERT_TRUE(get(hosts.turns().give_back(kSpace, number)).ok());
  }
  EXPECT_EQ(file_count(), 16);
  EXPECT_TRUE(std::filesystem::exists(file("33")) && std::filesystem::exists(file("40.done")));
}

TEST_F(TurnDirectoryTest, StrayFilesAreNoTurns) {
  ASSERT_TRUE(get(hosts.turns().take(kSpace, 5, kA)).ok());
  for (const char* name :
       {"007", "+9", "-3", "0", "99x", "x.done", "README", ".6.1-2-3", "0.done", "99999999999999999999999"}) {
    write_file(file(name), "b.example.org~bbbbbbbbbb\n");
  }
  const auto last = get(hosts.turns().last(kSpace));
  ASSERT_TRUE(last.ok()) << last.error().message;
  EXPECT_EQ(**last, (Turn{5, kA, Turn::State::held}));
}

TEST_F(TurnDirectoryTest, ATurnWithoutAHolderIsAnErrorThatNamesItAndTheRemedy) {
  for (const char* content : {"", "garbage", "../x~aaaaaaaaaa"}) {
    write_file(file("1"), content);
    const auto last = get(hosts.turns().last(kSpace));
    ASSERT_FALSE(last.ok()) << content;
    EXPECT_NE(last.error().message.find(file("1").string()), std::string::npos);
  }
  write_file(file("1.done"), "");
  const auto last = get(hosts.turns().last(kSpace));
  ASSERT_TRUE(last.ok() && *last) << "given back all the same";
  EXPECT_EQ((*last)->state, Turn::State::given_back);
}

TEST_F(TurnDirectoryTest, OneThatIsTakenAgainAfterItsCleaningUpIsRefusedAndLeavesNothing) {
  for (std::uint64_t number = 1; number <= 12; ++number) {
    ASSERT_TRUE(get(hosts.turns().take(kSpace, number, kA)).ok());
    ASSERT_TRUE(get(hosts.turns().give_back(kSpace, number)).ok());
  }
  ASSERT_FALSE(std::filesystem::exists(file("2")));
  const auto taken = get(hosts.turns().take(kSpace, 2, kA));
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.error().decision, StoreDecision::exists);
  EXPECT_FALSE(std::filesystem::exists(file("2")));
}

TEST_F(TurnDirectoryTest, AMissingSpaceIsNotMade) {
  const SpaceName missing{"missing.example.org"};
  EXPECT_FALSE(get(hosts.turns().take(missing, 1, kA)).ok());
  EXPECT_FALSE(get(hosts.turns().give_back(missing, 1)).ok());
  EXPECT_FALSE(std::filesystem::exists(hosts.path / "shared/spaces/missing.example.org"));
}

TEST_F(TurnDirectoryTest, NamesThatLeadElsewhereAreRefused) {
  EXPECT_FALSE(get(hosts.turns().take(SpaceName{"../x"}, 1, kA)).ok());
  EXPECT_FALSE(get(hosts.turns().last(SpaceName{"../x"})).ok());
  EXPECT_FALSE(get(hosts.turns().give_back(SpaceName{""}, 1)).ok());
  EXPECT_FALSE(get(hosts.turns().take(kSpace, 1, IncarnationId{"nobody"})).ok());
  EXPECT_FALSE(get(hosts.turns().take(kSpace, 0, kA)).ok());
  std::filesystem::create_directory_symlink("/tmp", hosts.turns_path(kSpace));
  EXPECT_FALSE(get(hosts.turns().take(kSpace, 1, kA)).ok());
}

}  // namespace
}  // namespace vacuum
